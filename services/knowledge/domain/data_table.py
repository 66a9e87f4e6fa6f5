"""Tables of data Excels: what is remembered of them, and how they are told in words."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from services.knowledge.domain.extraction import Block

ColumnType = Literal["integer", "number", "boolean", "date", "datetime", "text"]
SHOWN_COLUMNS = 200
SHOWN_CHARACTERS = 60
LONGEST_SUMMARY = 100_000
"""Characters; a question and its answer on the bus have a megabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """filled: how many rows have a value there."""

    name: str
    type: ColumnType
    filled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTable:
    """One sheet. head: its first five rows, a text per cell, "" for nothing."""

    sheet: str
    rows: int
    columns: tuple[TableColumn, ...]
    head: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTable:
    """Where a sheet's Parquet lies, with the facts that a query is written from."""

    key: str
    sheet: str
    rows: int
    columns: tuple[TableColumn, ...]

    def to_json(self) -> dict[str, Any]:
        """As it is stored in the document's row."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTables:
    """What a data Excel has become."""

    summary: str
    tables: tuple[StoredTable, ...]


def summary(tables: Sequence[DataTable]) -> str:
    """Per sheet `Info:` (columns, non-null counts, types) and `Head:` (the first five rows)."""
    told = ""
    for number, table in enumerate(tables):
        part = sheet_summary(table)
        if told and len(told) + len(part) > LONGEST_SUMMARY:
            return f"{told}\n\n({len(tables) - number} more sheets)"
        told = f"{told}\n\n{part}" if told else part
    return told


def sheet_summary(table: DataTable) -> str:
    """`Info:` and `Head:` of one sheet."""
    columns = table.columns[:SHOWN_COLUMNS]
    rows = [
        (str(n), column.name, f"{column.filled} non-null", column.type)
        for n, column in enumerate(columns)
    ]
    title = f"Sheet {table.sheet!r}: " if table.sheet else ""
    info = _aligned([("#", "Column", "Non-Null Count", "Type"), *rows])
    head = _aligned(
        [
            ("", *(column.name for column in columns)),
            *((str(n), *row[:SHOWN_COLUMNS]) for n, row in enumerate(table.head)),
        ]
    )
    more = len(table.columns) - len(columns)
    rest = f"\n({more} more columns)" if more else ""
    size = f"{title}{table.rows} rows, {len(table.columns)} columns"
    return f"Info:\n{size}\n{info}{rest}\n\nHead:\n{head}"


def summary_blocks(name: str, told: str) -> list[Block]:
    """A summary as a document, so that a question finds the table."""
    heading = Block(text=name, kind="heading", level=1)
    parts = (part for part in told.split("\n\n") if part.strip())
    return [heading, *(Block(text=part, heading_path=(name,)) for part in parts)]


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    cells = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _shown(cell: str) -> str:
    text = "".join(sign for sign in " ".join(cell.split()) if sign.isprintable())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
