"""The data tables of a knowledge base as they are described, and what a query of them gives."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

NUMERIC = frozenset({"integer", "number"})
TEMPORAL = frozenset({"date", "datetime"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """type: integer, number, boolean, date, datetime or text. min and max: of numbers and dates."""

    name: str
    type: str
    filled: int = 0
    distinct: int = 0
    values: tuple[str, ...] = ()
    min: str = ""
    max: str = ""

    @property
    def is_numeric(self) -> bool:
        """Can be added up, as far as its type goes."""
        return self.type in NUMERIC

    @property
    def is_temporal(self) -> bool:
        """Holds days or moments."""
        return self.type in TEMPORAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet of a data Excel; `name` is its name in SQL."""

    name: str
    document_id: int
    document_name: str
    sheet: str
    rows: int
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    def of_type(self, types: Iterable[str]) -> list[Column]:
        """The columns of these types, in the sheet's order."""
        wanted = frozenset(types)
        return [column for column in self.columns if column.type in wanted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`words` of the question name the stored `value`. score: 0 to 1; 1 is the same but for case."""

    table: str
    column: str
    value: str
    words: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What there is to ask, and what the question's words may mean in it."""

    tables: tuple[Table, ...]
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """Rows of JSON values, dates as ISO 8601 text. total_rows: also those that were left out."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total_rows: int
    documents: tuple[str, ...] = ()
