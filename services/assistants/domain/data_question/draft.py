"""A question on its way to a plan: what was read of it, and the decisions that all plans share."""

from dataclasses import dataclass, field
from typing import Any, Literal

from services.assistants.domain.data_question.amounts import Amount
from services.assistants.domain.data_question.concepts import (
    can_be_added,
    column_concepts,
    is_identifier,
    is_key,
    is_per_unit,
)
from services.assistants.domain.data_question.conditions import (
    Conditions,
    column_of_amount,
    is_negated,
    scaled,
)
from services.assistants.domain.data_question.plan import Aggregate, Condition, Measure, Plan, Shape
from services.assistants.domain.data_question.reading import Claim, Reading
from services.assistants.domain.data_question.roles import Roles, default_measure, named_money
from services.assistants.domain.data_question.tables import Column, Table
from services.assistants.domain.data_question.values import is_yes_or_no, truth

CHARTS = ("bar", "line", "area", "doughnut")
_SMALL_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("one", "two zwei dos deux दो", "three drei tres trois तीन", "four vier cuatro quatre चार",
         "five funf cinco cinq पांच", "six sechs seis", "seven sieben siete sept", "eight acht ocho huit",
         "nine neun nueve neuf", "ten zehn diez dix दस"), start=1,
    )
    for word in words.split()
}  # fmt: skip
_QUANTITIES = frozenset(("quantity", "stock", "population", "score", "duration"))
NOTHING = Amount(side="=", low=0)
_EXPLICIT: tuple[Aggregate, ...] = ("avg", "median", "deviation")


@dataclass(slots=True, kw_only=True)
class Draft:
    """having: a condition on the measure of each group, with the measure that it speaks of.

    sure: how many amounts have found their column. lost: what was said but has no place in a plan;
    then no answer is better.
    """

    reading: Reading
    table: Table
    conditions: Conditions
    roles: Roles
    having: Amount | None = None
    having_measure: Measure | None = None
    lost: list[Claim] = field(default_factory=list)
    sure: int = 0

    def place_amounts(self) -> None:
        """Decide for each `more than 500` which column it limits, or that it limits groups."""
        for claim, used in self.conditions.amounts_of:
            if self._counts(claim, used):
                self.having, self.having_measure = claim.meaning, Measure(aggregate="count")
                continue
            column = column_of_amount(self.reading, claim, self.table, used)
            if column is None and self._speaks_of_rows():
                column = named_money(self.table)
            if column is None:
                self.lost.append(claim)
            elif self._totals(column):
                self.having = claim.meaning
                self.having_measure = self.aggregated(column)
                self.roles.measures.append(column)
            else:
                self.sure += 1
                self.conditions.found.append(self._limited(claim, column, used))
        used_up = [used for _, used in self.conditions.amounts_of if used is not None]
        self._forget_measures(used_up)
        self._take_empties()
        self._take_having()
        self._take_missing()
        self._take_open()
        self.limit(None)

    def misses_a_negation(self) -> bool:
        """Somewhere a "not" was said that no condition has taken."""
        taken = [
            c
            for c in self.conditions.found
            if c.is_negated
            or c.is_empty
            or c.truth is False
            or c.amount == NOTHING
            or (c.values and truth(c.column))
        ]
        return self.reading.has("not") and not taken

    def ranks_shares(self) -> bool:
        """`which ward has the highest return rate`: there is no plan for it."""
        yes_or_no = [c for c in self.conditions.found if is_yes_or_no(c.column)]
        return self.reading.has("share") and self.reading.has("max", "min") and bool(yes_or_no)

    def plan(self, shape: Shape, **parts: Any) -> Plan:
        """With every condition, unless others are given."""
        parts.setdefault("conditions", tuple(self.conditions.found))
        return Plan(shape=shape, tables=(self.table,), **parts)

    def explicit(self) -> Aggregate | None:
        """What the question wants of each group, if it says so."""
        return next((a for a in _EXPLICIT if self.reading.has(a)), None)

    def aggregated(self, column: Column) -> Measure:
        """A measure of that column as the question says, else the one that makes sense for it."""
        said = self.explicit()
        if said is None:
            is_sum = not is_per_unit(column) or self.reading.has("sum")
            said = "sum" if is_sum and can_be_added(column) else "avg"
        return Measure(aggregate=said, column=column)

    def counted(self, column: Column | None) -> Measure:
        """How many of them there are: rows where each row is one of them."""
        if column is None or (is_key(column, self.table.rows) and not self.reading.has("distinct")):
            return Measure(aggregate="count")
        if self.reading.has("filled"):
            return Measure(aggregate="count", column=column)
        if column.is_numeric and column_concepts(column) & _QUANTITIES:
            return Measure(aggregate="sum", column=column)
        return Measure(aggregate="distinct", column=column)

    def measure(self) -> Measure | None:
        """What the question measures, from its own words alone."""
        if self.reading.has("count") and not self.explicit():
            return self.count()
        if self.roles.measures:
            return self.aggregated(self.roles.measures[0])
        wants_figure = self.reading.has("sum", *_EXPLICIT)
        names_another = any(not is_identifier(subject) for subject in self.roles.subjects)
        is_left_open = wants_figure and not names_another
        column = default_measure(self.reading, self.table) if is_left_open else None
        return None if column is None else self.aggregated(column)

    def count(self) -> Measure | None:
        """`how many`: units are added up, customers counted once each, orders by rows."""
        measured = self.roles.measures[0] if self.roles.measures else None
        subject = self.roles.subjects[0] if self.roles.subjects else None
        if measured is not None and (
            subject is None or column_concepts(measured) & _QUANTITIES or self._is_counted(measured)
        ):
            is_money = column_concepts(measured) & {"revenue"}
            return (
                Measure(aggregate="count")
                if is_money
                else Measure(aggregate="sum", column=measured)
            )
        if subject is not None and self._counts_rows_before(subject):
            return None  # of what it says on the subject nothing was understood
        return self.counted(subject)

    def _is_counted(self, column: Column) -> bool:
        """`how many kilometres ...`"""
        ends = [claim.end for claim in self.reading.of("count")]
        named = [c for c in self.reading.of("column") if c.start in ends]
        is_asked = any(column in [each.column for each in c.meaning] for c in named)
        return is_asked and can_be_added(column) and not is_per_unit(column)

    def _counts_rows_before(self, subject: Column) -> bool:
        """`how many visits had insurance`: rows are counted, and the subject is something else."""
        at = self.roles.subject_claims[self.roles.subjects.index(subject)].start
        rows = [c for c in self.reading.of("rows") if c.start < at]
        return bool(rows) and not self.reading.has("distinct")

    def limit(self, default: int | None) -> int | None:
        """`top 5`, `the three largest`: the number beside the superlative."""
        kinds = ("max", "min", "best selling", "popular", "adjective", "list")
        ranks = self.reading.has(*kinds[:-1])
        for claim in self.reading.of(*kinds, *(("which",) if ranks else ())):
            for at in (claim.end, claim.start - 1):
                number = self._small_number(at)
                if number is not None:
                    return number
        return default

    def direction(self) -> Literal["ascending", "descending"]:
        """Which end a superlative is about."""
        low = [c for c in self.reading.of("adjective") if c.meaning[1] == "min"]
        worst = [c for c in self.reading.of("best selling") if c.meaning[0] == "worst"]
        is_low = low or worst or self.reading.has("min", "rarest", "ascending")
        return "ascending" if is_low else "descending"

    def chart(self, plan: Plan) -> str:
        """The kind that was asked for, else the one that suits groups; "" where there is nothing to draw."""
        if plan.shape not in ("groups", "share", "sides") or (
            plan.shape != "sides" and not plan.keys
        ):
            return ""
        if len(plan.keys) > 1 and not self.reading.has("chart"):
            return ""
        kinds = [str(c.meaning) for c in self.reading.of("chart") if c.meaning in CHARTS]
        if kinds:
            return kinds[0]
        if plan.shape == "share" and not plan.part:
            return "doughnut"
        is_course = plan.keys and plan.keys[0].bucket in ("year", "quarter", "month", "week", "day")
        return "line" if is_course and not plan.order else "bar"

    def _small_number(self, at: int) -> int | None:
        if not 0 <= at < len(self.reading.tokens):
            return None
        token = self.reading.tokens[at]
        number = token.number if token.kind == "number" else _SMALL_NUMBERS.get(token.folded)
        if number is None or not 1 <= number <= 1000 or number != int(number):
            return None
        if self.reading.is_free(at, at + 1):
            self.reading.claim(at, at + 1, "limit", number)
        return int(number)

    def _counts(self, claim: Claim, used: Claim | None) -> bool:
        is_behind = used is not None and used.start >= claim.end
        if used is not None:
            return is_behind and is_identifier(used.meaning[0].column)
        behind = [
            c for c in self.reading.of("column", "rows") if claim.end <= c.start <= claim.end + 1
        ]
        return bool(behind) and bool(self.roles.subjects or self.roles.keys)

    def _totals(self, column: Column) -> bool:
        is_each = self.reading.has("sum", *_EXPLICIT)
        measures_another = any(measured != column for measured in self.roles.measures)
        asks = self.reading.has("which", "list", "count") and bool(self.roles.subjects)
        return is_each and asks and not measures_another

    def _limited(self, claim: Claim, column: Column, used: Claim | None) -> Condition:
        start = min(claim.start, used.start) if used else claim.start
        return Condition(
            column=column,
            amount=scaled(claim.meaning, column),
            is_negated=is_negated(self.reading, start, until=claim.start),
            position=claim.start,
        )

    def _forget_measures(self, used: list[Claim]) -> None:
        """`more than 5 units`: the column is a condition, no measure, unless it is named twice."""
        for claim in used:
            column = next((c.column for c in claim.meaning if c.column.is_numeric), None)
            if column is not None and self.having is None and column in self.roles.measures:
                self.roles.measures.remove(column)

    def _speaks_of_rows(self) -> bool:
        """By their name, or by that of their key."""
        keys = [c for c in self.roles.subjects if is_identifier(c) and is_key(c, self.table.rows)]
        return self.reading.has("rows") or bool(keys)

    def _take_having(self) -> None:
        """`orders with a coupon`, `visits that had no insurance`: whether the column has a value."""
        if not (self.reading.has("count", "share") and self._speaks_of_rows()):
            return
        for subject, claim in zip(self.roles.subjects, self.roles.subject_claims, strict=True):
            counted = self.reading.of("count", "share")[0].end == claim.start
            is_filled = not is_negated(self.reading, claim.start, until=claim.start)
            is_deed = self.reading.tokens[claim.end - 1].folded.endswith("ed")  # "cancelled"
            tells = subject.type == "text" or (subject.is_temporal and (is_deed or not is_filled))
            if counted or subject.filled >= self.table.rows or not tells:
                continue
            self.conditions.found.append(
                Condition(column=subject, is_empty=True, is_negated=is_filled, position=claim.start)
            )
            self.roles.subjects.remove(subject)
            self.roles.subject_claims.remove(claim)
            return

    def _take_missing(self) -> None:
        """`got no bonus`, `trips without tolls`: no figure there, or zero where every row has one."""
        if not (self.reading.has("count", "share") and self._speaks_of_rows()):
            return
        for claim in self.reading.of("column"):
            column = claim.meaning[0].column
            is_measured = column in self.roles.measures and column.is_numeric
            if not is_measured or not is_negated(self.reading, claim.start, until=claim.start):
                continue
            lowest = float(column.min or "nan")
            if column.filled < self.table.rows and lowest > 0:
                missing = Condition(column=column, is_empty=True, position=claim.start)
            elif column.filled >= self.table.rows and lowest == 0:
                missing = Condition(column=column, amount=NOTHING, position=claim.start)
            else:
                continue
            self.roles.measures.remove(column)
            self.conditions.found.append(missing)
            self.sure += 1

    def _take_open(self) -> None:
        for claim in self.reading.of("open"):
            self.conditions.found.append(
                Condition(column=claim.meaning, is_empty=True, position=claim.start)
            )
            self.sure += 1

    def _take_empties(self) -> None:
        for claim in self.reading.of("empty"):
            if self.roles.measures or self.roles.subjects:
                column = (self.roles.subjects or self.roles.measures).pop()
                self.conditions.found.append(
                    Condition(column=column, is_empty=True, position=claim.start)
                )
