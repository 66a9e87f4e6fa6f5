"""What is to be computed, before it is SQL."""

from dataclasses import dataclass
from typing import Literal

from services.assistants.domain.data_question.amounts import Amount
from services.assistants.domain.data_question.periods import Period
from services.assistants.domain.data_question.tables import Column, Table

Aggregate = Literal["count", "distinct", "sum", "avg", "median", "min", "max", "deviation", "ratio"]
Shape = Literal[
    "figure", "groups", "rows", "values", "share", "sides", "counted_groups", "spread", "schema"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Rows where the column is one of `values`, within `amount` or one of `periods`, `truth`, or empty.

    Exactly one of these is set. position: of the words in the question.
    """

    column: Column
    values: tuple[str, ...] = ()
    amount: Amount | None = None
    periods: tuple[Period, ...] = ()
    truth: bool | None = None
    is_empty: bool = False
    is_negated: bool = False
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure. column: None counts rows. per: ratio divides by its different values."""

    aggregate: Aggregate
    column: Column | None = None
    per: Column | None = None

    def label(self) -> str:
        """As it is called in answers and as a result's column."""
        name = self.column.name if self.column else "rows"
        match self.aggregate:
            case "count":
                return "number of rows" if self.column is None else f"number of {name} values"
            case "distinct":
                return f"number of different {name} values"
            case "ratio":
                assert self.per is not None
                what = "rows" if self.column is None else name
                return f"{what} per {self.per.name}"
            case "deviation":
                return f"standard deviation of {name}"
        if self.column and self.column.is_temporal and self.aggregate in ("min", "max"):
            return f"{'earliest' if self.aggregate == 'min' else 'latest'} {name}"
        words = {
            "sum": "sum",
            "avg": "average",
            "median": "median",
            "min": "lowest",
            "max": "highest",
        }
        link = " " if self.aggregate in ("min", "max") else " of "
        return f"{words[self.aggregate]}{link}{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What rows are grouped by. bucket: a length of time of vocabulary.BUCKETS; "" for the value itself."""

    column: Column
    bucket: str = ""

    def label(self) -> str:
        """As a result's column."""
        return f"{self.bucket} of {self.column.name}" if self.bucket else self.column.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One query over one table, or over several that have the same columns.

    part: the conditions of a share's numerator. sides: the two conditions of a difference.
    having: what the measure must be, for each group. order: "" as the keys go, ascending or descending by
    the measure (or by `order_by` for rows). chart: a kind, or "" for none.
    """

    shape: Shape
    tables: tuple[Table, ...]
    measure: Measure = Measure(aggregate="count")
    keys: tuple[Key, ...] = ()
    conditions: tuple[Condition, ...] = ()
    part: tuple[Condition, ...] = ()
    sides: tuple[Condition, ...] = ()
    is_change: bool = False
    having: Amount | None = None
    order: Literal["", "ascending", "descending"] = ""
    order_by: Column | None = None
    limit: int | None = None
    columns: tuple[Column, ...] = ()
    chart: str = ""
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        """The table, or the first of those with the same columns."""
        return self.tables[0]
