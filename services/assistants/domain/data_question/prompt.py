"""Tables and results as a model reads them: short, and marked as data."""

import json
from collections.abc import Iterable

from services.assistants.domain.data_question.tables import (
    Column,
    Described,
    Match,
    QueryResult,
    Table,
)

TABLES = 20
COLUMNS = 60
VALUES = 12
MATCHES = 12
CHARACTERS = 60  # of one value
READ_ROWS = 100
READ_CHARACTERS = 12_000


def described_for_model(described: Described) -> str:
    """Tables, columns with types and values, and which stored values the question may name."""
    lines = [_table(table) for table in described.tables[:TABLES]]
    if described.matches:
        lines.append("Stored values that the question may mean:")
        lines += map(_match, described.matches[:MATCHES])
    return "\n".join(lines)


def result_for_model(result: QueryResult) -> str:
    """JSON of columns and rows; as many rows as fit."""
    rows = list(result.rows[:READ_ROWS])
    while True:
        text = json.dumps(
            {"columns": result.columns, "rows": rows, "total_rows": result.total_rows},
            ensure_ascii=False,
        )
        if len(text) <= READ_CHARACTERS or not rows:
            return text
        rows = rows[: len(rows) // 2]


def _table(table: Table) -> str:
    columns = "; ".join(_column(column) for column in table.columns[:COLUMNS])
    return f"{_quoted(table.name)} ({table.rows} rows): {columns}"


def _match(match: Match) -> str:
    column = f"{_quoted(match.table)}.{_quoted(match.column)}"
    return f"{_short(match.words)}: {column} = {_short(match.value)}"


def _column(column: Column) -> str:
    told = f"{_quoted(column.name)} {column.type}"
    if column.values:
        return f"{told} ({', '.join(_listed(column.values[:VALUES]))})"
    return f"{told} ({column.min} to {column.max})" if column.min else told


def _listed(values: Iterable[str]) -> list[str]:
    return [_short(value) for value in values]


def _short(value: str) -> str:
    return json.dumps(value[:CHARACTERS], ensure_ascii=False)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
