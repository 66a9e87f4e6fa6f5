"""Assistants in PostgreSQL, for the nameko process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, and_, case, func, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.inbox import forget_old, is_first_time
from contracts.errors import NotFound
from contracts.rpc.assistants.configurations import Assistant, AssistantSummary
from services.assistants.adapters.assistant_rows import (
    assistant_of,
    columns,
    is_mine,
    made_default,
    new_values,
    stored,
)
from services.assistants.adapters.selected_tools import check_selected
from services.assistants.adapters.tables import assistants, inbox


@dataclass(frozen=True, slots=True)
class PostgresAssistants:
    """The port `Assistants`. check: raises for an assistant that is not to be kept."""

    engine: Engine
    check: Callable[[Assistant], None]

    def add(self, *, user_id: int, assistant_uuid: UUID, changes: dict[str, Any]) -> Assistant:
        statement = (
            insert(assistants)
            .values(new_values(user_id=user_id, assistant_uuid=assistant_uuid, changes=changes))
            .on_conflict_do_nothing(index_elements=[assistants.c.assistant_uuid])
            .returning(*columns())
        )
        with self.engine.begin() as connection:
            check_selected(connection, user_id, changes)
            row = connection.execute(statement).mappings().first()
            if row is not None:
                return self._checked(row)
        return self.get(user_id=user_id, assistant_uuid=assistant_uuid)

    def get(self, *, user_id: int, assistant_uuid: UUID) -> Assistant:
        statement = select(*columns()).where(_is(user_id, assistant_uuid))
        with self.engine.connect() as connection:
            row = connection.execute(statement).mappings().first()
        if row is None:
            raise NotFound(what="assistant")
        return assistant_of(row)

    def change(self, *, user_id: int, assistant_uuid: UUID, changes: dict[str, Any]) -> Assistant:
        if not changes:
            return self.get(user_id=user_id, assistant_uuid=assistant_uuid)
        is_written = bool(changes.keys() - {"knowledge_base"})
        return self._changed(user_id, assistant_uuid, stored(changes), is_written=is_written)

    def default(self, *, user_id: int, new_uuid: UUID) -> Assistant:
        there = select(*columns()).where(is_mine(user_id), assistants.c.is_default)
        with self.engine.begin() as connection:
            row = connection.execute(there).mappings().first()
            if row is None:
                make = made_default(user_id=user_id, new_uuid=new_uuid)
                row = connection.execute(make).mappings().one()
        return assistant_of(row)

    def delete(self, *, user_id: int, assistant_uuid: UUID) -> None:
        self._changed(user_id, assistant_uuid, {"deleted_at": func.clock_timestamp()})

    def archive(self, *, user_id: int, assistant_uuid: UUID, is_archived: bool | None) -> Assistant:
        since, now = assistants.c.archived_at, func.clock_timestamp()
        values = {True: func.coalesce(since, now), False: None, None: case((since.is_(None), now))}
        changes = stored({"archived_at": values[is_archived]})
        return self._changed(user_id, assistant_uuid, changes)

    def _changed(
        self,
        user_id: int,
        assistant_uuid: UUID,
        values: dict[str, Any],
        *,
        is_written: bool = False,
    ) -> Assistant:
        """is_written: with new texts; what has become too large by a rule of later can still go."""
        statement = (
            update(assistants)
            .where(_is(user_id, assistant_uuid))
            .values(values)
            .returning(*columns())
        )
        with self.engine.begin() as connection:
            check_selected(connection, user_id, values)
            row = connection.execute(statement).mappings().first()
            if row is None:
                raise NotFound(what="assistant")
            return self._checked(row) if is_written else assistant_of(row)

    def _checked(self, row: Mapping[Any, Any]) -> Assistant:
        """What has just been written; where the check raises, that is before the commit."""
        assistant = assistant_of(row)
        self.check(assistant)
        return assistant

    def ensure_knowledge_base(
        self, *, user_id: int, assistant_uuid: UUID, make: Callable[[Assistant], UUID]
    ) -> UUID:
        mine = _is(user_id, assistant_uuid)
        # `key_share`: conversations with the assistant may begin meanwhile
        locked = select(*columns()).where(mine).with_for_update(key_share=True)
        with self.engine.begin() as connection:
            row = connection.execute(locked).mappings().first()
            if row is None:
                raise NotFound(what="assistant")
            assistant = assistant_of(row)
            if assistant.knowledge_base is not None:
                return assistant.knowledge_base
            made = make(assistant)
            connection.execute(
                update(assistants).where(mine).values(stored({"knowledge_base": made}))
            )
        return made

    def summaries(
        self, *, user_id: int, include_archived: bool, after: int | None, limit: int
    ) -> list[tuple[int, AssistantSummary]]:
        table = assistants.c
        names = AssistantSummary.model_fields
        statement = select(table.id, *(table[name] for name in names)).where(is_mine(user_id))
        if not include_archived:
            statement = statement.where(table.archived_at.is_(None))
        if after is not None:
            statement = statement.where(table.id < after)
        statement = statement.order_by(table.id.desc()).limit(limit)
        with self.engine.connect() as connection:
            rows = connection.execute(statement).mappings().all()
        return [(row["id"], AssistantSummary.model_validate(dict(row))) for row in rows]

    def forget_knowledge_base(
        self, *, knowledge_base: UUID, consumer: str, message_id: UUID
    ) -> int:
        clear = (
            update(assistants)
            .where(assistants.c.knowledge_base == knowledge_base)
            .values(stored({"knowledge_base": None}))
            .returning(assistants.c.id)
        )
        with self.engine.begin() as connection:
            if not is_first_time(connection, inbox, consumer=consumer, message_id=message_id):
                return 0
            forget_old(connection, inbox)
            return len(connection.execute(clear).all())


def _is(user_id: int, assistant_uuid: UUID) -> ColumnElement[bool]:
    return and_(is_mine(user_id), assistants.c.assistant_uuid == assistant_uuid)
