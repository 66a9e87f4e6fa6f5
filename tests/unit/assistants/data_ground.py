"""Data tables in a DuckDB of the test's own, described as the knowledge service describes them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from contracts.errors import InvalidRequest
from services.assistants.domain.data_question.planner import plan_question
from services.assistants.domain.data_question.sql import sql
from services.assistants.domain.data_question.tables import (
    Column,
    Described,
    Match,
    QueryResult,
    Table,
)
from services.assistants.domain.data_question.told import Told, told
from services.assistants.domain.data_question.words import tokens

TODAY = dt.date(2026, 11, 25)
FEW = 50
TYPES = {
    int: "integer",
    float: "number",
    bool: "boolean",
    dt.date: "date",
    dt.datetime: "datetime",
    str: "text",
}


class DataGround:
    """The port `DataTables`. Tables by name, each by columns."""

    def __init__(self, tables: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
        self.connection = duckdb.connect()
        self.tables = tuple(self._table(name, columns) for name, columns in tables.items())
        self.asked: list[str] = []

    async def describe(self, *, user_id: int, knowledge_base: UUID, question: str) -> Described:
        return self.described(question)

    async def query(
        self, *, user_id: int, knowledge_base: UUID, sql: str, max_rows: int
    ) -> QueryResult:
        self.asked.append(sql)
        try:
            return self.result(sql)
        except duckdb.Error as error:
            raise InvalidRequest.on("sql", str(error)) from error

    def answer(self, question: str) -> Told | None:
        """What the planner makes of it; None where it is no question about the tables."""
        plan = plan_question(question, self.described(question), TODAY)
        if plan is None:
            return None
        query = sql(plan)
        return told(plan, self.result(query), query)

    def described(self, question: str) -> Described:
        """With a match for each run of words that is a stored value."""
        asked = tokens(question)
        runs = {
            " ".join(t.folded for t in asked[at : at + n]): " ".join(
                t.text for t in asked[at : at + n]
            )
            for n in range(1, 5)
            for at in range(len(asked))
        }
        matches = []
        for (table, column), values in self.texts.items():
            for value in values:
                words = runs.get(" ".join(t.folded for t in tokens(value)))
                if words:
                    match = Match(table=table, column=column, value=value, words=words, score=1.0)
                    matches.append(match)
        return Described(tables=self.tables, matches=tuple(matches))

    def result(self, query: str) -> QueryResult:
        """Raises duckdb.Error."""
        cursor = self.connection.execute(query)
        rows = [tuple(map(_json, row)) for row in cursor.fetchall()]
        names = tuple(column[0] for column in cursor.description)
        return QueryResult(
            columns=names,
            types=("text",) * len(names),
            rows=tuple(rows),
            total_rows=len(rows),
            documents=("book.xlsx",),
        )

    @property
    def texts(self) -> dict[tuple[str, str], list[str]]:
        return {
            (table.name, column.name): self._values(table.name, column.name)
            for table in self.tables
            for column in table.columns
            if column.type == "text"
        }

    def _values(self, table: str, column: str) -> list[str]:
        name = column.replace('"', '""')
        found = self.connection.execute(f'SELECT DISTINCT "{name}" FROM "{table}"').fetchall()
        return [row[0] for row in found if row[0] is not None]

    def _table(self, name: str, columns: Mapping[str, Sequence[Any]]) -> Table:
        stored = pa.table({key: list(values) for key, values in columns.items()})
        self.connection.register("stored", stored)
        self.connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM stored')
        self.connection.unregister("stored")
        return Table(
            name=name,
            document_id=7,
            document_name="book.xlsx",
            sheet=name,
            rows=stored.num_rows,
            columns=tuple(_column(key, values) for key, values in columns.items()),
        )


def _column(name: str, values: Sequence[Any]) -> Column:
    filled = [value for value in values if value is not None]
    kind = TYPES[type(filled[0])]
    different = sorted(set(filled))
    has_range = kind in ("integer", "number", "date")
    return Column(
        name=name,
        type=kind,
        filled=len(filled),
        distinct=len(different),
        values=tuple(different) if kind == "text" and len(different) <= FEW else (),
        min=str(different[0]) if has_range else "",
        max=str(different[-1]) if has_range else "",
    )


def _json(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
