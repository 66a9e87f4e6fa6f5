"""Describe and query the data tables of a knowledge base."""

from dataclasses import dataclass
from uuid import UUID

from contracts.errors import InvalidRequest, NotFound
from services.knowledge.domain.data_query import (
    LONGEST_QUESTION,
    LONGEST_SQL,
    DescribedTable,
    NamedTable,
    QueryAnswer,
    ValueMatch,
    documents_of,
    named_tables,
)
from services.knowledge.ports import DataDocuments, TableEngine


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeTables:
    """What there is to ask, and which stored values a question names."""

    documents: DataDocuments
    engine: TableEngine

    async def __call__(
        self, *, user_id: int, uuid: UUID, question: str
    ) -> tuple[list[DescribedTable], list[ValueMatch]]:
        """Raises NotFound, Unavailable."""
        tables = await tables_of(self.documents, user_id=user_id, uuid=uuid)
        described = await self.engine.describe(tables)
        asked = question[:LONGEST_QUESTION].strip()
        return described, await self.engine.matches(tables, asked) if asked and tables else []


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTables:
    """One SELECT over the tables of one base. most_rows: of one answer."""

    documents: DataDocuments
    engine: TableEngine
    most_rows: int

    async def __call__(
        self, *, user_id: int, uuid: UUID, sql: str, max_rows: int
    ) -> tuple[QueryAnswer, list[str]]:
        """With the names of the documents asked. Raises NotFound, InvalidRequest, TooLarge, Unavailable."""
        if not sql.strip():
            raise InvalidRequest.on("sql", "This field may not be blank.")
        if len(sql) > LONGEST_SQL:
            raise InvalidRequest.on("sql", f"A query has at most {LONGEST_SQL:,} characters.")
        tables = await tables_of(self.documents, user_id=user_id, uuid=uuid)
        rows = min(max_rows, self.most_rows) if max_rows > 0 else self.most_rows
        answer = await self.engine.query(tables, sql, max_rows=rows)
        return answer, documents_of(tables, answer.tables)


async def tables_of(documents: DataDocuments, *, user_id: int, uuid: UUID) -> list[NamedTable]:
    """Raises NotFound."""
    found = await documents.of_base(user_id=user_id, uuid=uuid)
    if found is None:
        raise NotFound(what="knowledge_base")
    return named_tables(found)
