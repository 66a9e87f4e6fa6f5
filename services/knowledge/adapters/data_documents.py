"""Data Excels of a knowledge base with their tables, always by owner; one query."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.knowledge.adapters.tables import document, knowledge_base
from services.knowledge.domain.data_query import DataDocument
from services.knowledge.domain.data_table import StoredTable, TableColumn

_BASE, _DOCUMENT = knowledge_base.c, document.c
_IS_DATA = (_DOCUMENT.knowledge_base_id == _BASE.id) & (_DOCUMENT.kind == "data_excel")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresDataDocuments:
    """The port `DataDocuments`."""

    engine: AsyncEngine

    async def of_base(self, *, user_id: int, uuid: UUID) -> list[DataDocument] | None:
        statement = (
            select(_DOCUMENT.id, _DOCUMENT.name, _DOCUMENT.tables)
            .select_from(knowledge_base)
            .outerjoin(document, _IS_DATA)
            .where(_BASE.user_id == user_id, _BASE.uuid == uuid)
            .order_by(_DOCUMENT.id)
        )
        async with self.engine.connect() as connection:
            rows = (await connection.execute(statement)).all()
        if not rows:
            return None
        return [_data(row) for row in rows if row.id is not None]


def _data(row: Any) -> DataDocument:
    return DataDocument(id=row.id, name=row.name, tables=tuple(map(_table, row.tables)))


def _table(told: dict[str, Any]) -> StoredTable:
    return StoredTable(
        key=told["key"],
        sheet=told["sheet"],
        rows=told["rows"],
        columns=tuple(TableColumn(**column) for column in told["columns"]),
    )
