"""Questions to data tables, and what comes of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.knowledge.domain.data_table import ColumnType, StoredTable
from services.knowledge.domain.table_names import sql_names

MOST_TABLES = 100
LONGEST_SQL = 20_000
LONGEST_QUESTION = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DataDocument:
    """A data Excel with the tables that were kept of it."""

    id: int
    name: str
    tables: tuple[StoredTable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTable:
    """A table as SQL knows it."""

    name: str
    document: DataDocument
    stored: StoredTable


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """distinct: an estimate. values: all different texts where they are few, else the commonest.

    min, max: as text, of numbers and dates; "" elsewhere.
    """

    name: str
    type: ColumnType
    filled: int
    distinct: int = 0
    values: tuple[str, ...] = ()
    min: str = ""
    max: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedTable:
    """A table with what is in its columns."""

    table: NamedTable
    columns: tuple[ColumnFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMatch:
    """Words of a question that name a stored value. score: 0 to 1; 1 is the same but for case."""

    table: str
    column: str
    value: str
    words: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """rows: JSON, a list of lists. total_rows: also those left out. tables: those that were asked."""

    columns: tuple[str, ...]
    types: tuple[ColumnType, ...]
    rows: str
    total_rows: int
    tables: tuple[str, ...]


def named_tables(documents: Iterable[DataDocument]) -> list[NamedTable]:
    """All tables of a base, oldest document first, at most MOST_TABLES."""
    oldest_first = sorted(documents, key=lambda each: each.id)
    names = sql_names((each.name, [t.sheet for t in each.tables]) for each in oldest_first)
    return [
        NamedTable(name=name, document=document, stored=stored)
        for document, row in zip(oldest_first, names, strict=True)
        for stored, name in zip(document.tables, row, strict=True)
    ][:MOST_TABLES]


def documents_of(tables: Sequence[NamedTable], names: Iterable[str]) -> list[str]:
    """Names of the documents whose tables are meant, each once."""
    wanted = set(names)
    return list(dict.fromkeys(each.document.name for each in tables if each.name in wanted))
