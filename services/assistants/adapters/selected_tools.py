"""The tools that an assistant selects are its owner's, as a foreign key would have it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from contracts.errors import InvalidRequest
from services.assistants.adapters.tables import user_tools

NO_SUCH_TOOL = "Object does not exist."


def check_selected(connection: Connection, user_id: int, changes: Mapping[str, Any]) -> None:
    """Before the assistant is written: until the commit none of them can be removed.

    Raises InvalidRequest on `selected_tools`.
    """
    selected = {UUID(str(each)) for each in changes.get("selected_tools", ())}
    if not selected:
        return
    there = (
        select(user_tools.c.uuid)
        .where(user_tools.c.user_id == user_id, user_tools.c.uuid.in_(selected))
        .order_by(user_tools.c.id)
        .with_for_update(read=True, key_share=True)
    )
    if set(connection.execute(there).scalars()) != selected:
        raise InvalidRequest.on("selected_tools", NO_SUCH_TOOL)
