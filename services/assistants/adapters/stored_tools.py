"""Users' tools in PostgreSQL, for the asyncio process."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.assistants.adapters.user_tool_rows import ToolRows, mine, of_user
from services.assistants.domain.user_tool import OwnTool


@dataclass(frozen=True, slots=True)
class PostgresStoredTools:
    """The port `StoredTools`."""

    engine: AsyncEngine
    rows: ToolRows

    async def get(self, *, user_id: int, tool_id: int) -> OwnTool:
        found = await self._read(mine(user_id, tool_id))
        return self.rows.tool(found[0] if found else None)

    async def selected(self, *, user_id: int, uuids: Collection[UUID]) -> list[OwnTool]:
        return [self.rows.tool(row) for row in await self._read(of_user(user_id, uuids))]

    async def _read(self, statement: Select[Any]) -> list[Any]:
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            return list((await connection.execute(statement)).mappings())
