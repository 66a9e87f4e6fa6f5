"""Assistants as rows and back; the statements that use them are the stores'."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, and_, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from contracts.rpc.assistants.configurations import Assistant, AssistantFields
from services.assistants.adapters.tables import assistants

DEFAULT_ONCE = text("is_default and deleted_at is null")


def columns() -> list[Column[Any]]:
    """What an assistant is read from."""
    return [assistants.c[name] for name in Assistant.model_fields]


def is_mine(user_id: int) -> ColumnElement[bool]:
    """The condition that every query has: the user's own, and not deleted."""
    return and_(assistants.c.user_id == user_id, assistants.c.deleted_at.is_(None))


def assistant_of(row: Mapping[Any, Any]) -> Assistant:
    """The assistant that a row of `columns()` holds."""
    return Assistant.model_validate(dict(row))


def stored(changes: dict[str, Any]) -> dict[str, Any]:
    """Column values for changes of fields; the time of the change with them."""
    values = dict(changes)
    if "examples" in values:
        values["examples"] = [example.model_dump(mode="json") for example in values["examples"]]
    if "selected_tools" in values:
        values["selected_tools"] = [str(tool) for tool in values["selected_tools"]]
    return {**values, "updated_at": func.clock_timestamp()}


def new_values(*, user_id: int, assistant_uuid: UUID, changes: dict[str, Any]) -> dict[str, Any]:
    """Column values of a new assistant: the contract's defaults, with the changes on top."""
    defaults = AssistantFields()
    fields = {name: getattr(defaults, name) for name in AssistantFields.model_fields}
    return {"user_id": user_id, "assistant_uuid": assistant_uuid, **stored({**fields, **changes})}


def made_default(*, user_id: int, new_uuid: UUID) -> ReturningInsert[Any]:
    """Makes the user's default assistant; where another request was quicker, returns that one."""
    values = new_values(user_id=user_id, assistant_uuid=new_uuid, changes={})
    return (
        insert(assistants)
        .values({**values, "is_default": True})
        .on_conflict_do_update(
            index_elements=[assistants.c.user_id],
            index_where=DEFAULT_ONCE,
            set_={"is_default": True},  # no change, but without one nothing is returned
        )
        .returning(*columns())
    )
