"""Users' tools in PostgreSQL, for the nameko process."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, Text, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.rpc.assistants.tools import UserToolFields
from services.assistants.adapters.tables import assistants, user_tools
from services.assistants.adapters.user_tool_rows import ToolRows, mine
from services.assistants.domain.user_tool import OwnTool


@dataclass(frozen=True, slots=True)
class PostgresUserTools:
    """The port `UserToolStore`."""

    engine: Engine
    rows: ToolRows

    def add(self, *, user_id: int, uuid: UUID, fields: UserToolFields) -> OwnTool:
        new = insert(user_tools).values(user_id=user_id, uuid=uuid, **self.rows.values(fields))
        once = new.on_conflict_do_nothing(index_elements=[user_tools.c.uuid])
        there = select(user_tools).where(user_tools.c.uuid == uuid, user_tools.c.user_id == user_id)
        with self.engine.begin() as connection:
            row = connection.execute(once.returning(*user_tools.c)).mappings().first()
            return self.rows.tool(row or connection.execute(there).mappings().first())

    def count(self, *, user_id: int, without: UUID) -> int:
        others = user_tools.c.user_id == user_id, user_tools.c.uuid != without
        with self.engine.connect() as connection:
            return connection.execute(
                select(func.count()).select_from(user_tools).where(*others)
            ).scalar_one()

    def get(self, *, user_id: int, tool_id: int) -> OwnTool:
        with self.engine.connect() as connection:
            return self.rows.tool(connection.execute(mine(user_id, tool_id)).mappings().first())

    def change(
        self, *, user_id: int, tool_id: int, new: Callable[[UserToolFields], UserToolFields]
    ) -> OwnTool:
        locked = mine(user_id, tool_id).with_for_update()
        with self.engine.begin() as connection:
            tool = self.rows.tool(connection.execute(locked).mappings().first())
            values = self.rows.values(new(tool.fields))
            changed = update(user_tools).where(user_tools.c.id == tool.id).values(values)
            row = connection.execute(changed.returning(*user_tools.c)).mappings().one()
            return self.rows.tool(row)

    def page(self, *, user_id: int, after: int | None, limit: int) -> list[OwnTool]:
        statement = select(user_tools).where(
            user_tools.c.user_id == user_id, user_tools.c.id > (after or 0)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(statement.order_by(user_tools.c.id).limit(limit)).mappings()
            return [self.rows.tool(row) for row in rows]

    def remove(self, *, user_id: int, tool_id: int) -> OwnTool:
        with self.engine.begin() as connection:
            row = connection.execute(mine(user_id, tool_id).with_for_update()).mappings().first()
            tool = self.rows.tool(row)
            selected = assistants.c.selected_tools
            connection.execute(delete(user_tools).where(user_tools.c.id == tool.id))
            connection.execute(
                update(assistants)
                .where(assistants.c.user_id == user_id, selected.contains([str(tool.uuid)]))
                .values(
                    selected_tools=selected.op("-")(cast(str(tool.uuid), Text)),
                    updated_at=func.clock_timestamp(),
                )
            )
            return tool

    def known(self, *, user_id: int, uuids: Collection[UUID]) -> set[UUID]:
        statement = select(user_tools.c.uuid).where(
            user_tools.c.user_id == user_id, user_tools.c.uuid.in_(uuids)
        )
        with self.engine.connect() as connection:
            return set(connection.execute(statement).scalars())
