"""Which rows a question is about: stored values, amounts, stretches of time, yes or no."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from services.assistants.domain.data_question.ages import age_of_people
from services.assistants.domain.data_question.amounts import Amount
from services.assistants.domain.data_question.concepts import (
    COMPARATIVES,
    can_be_added,
    column_concepts,
    concepts,
    holds_years,
    is_identifier,
    is_per_unit,
)
from services.assistants.domain.data_question.negated import carried
from services.assistants.domain.data_question.own_money import own_money
from services.assistants.domain.data_question.periods import Period, counted_from
from services.assistants.domain.data_question.plan import Condition
from services.assistants.domain.data_question.reading import Claim, Reading
from services.assistants.domain.data_question.tables import Column, Table
from services.assistants.domain.data_question.units import column_unit, is_other, said_unit
from services.assistants.domain.data_question.values import Naming, truth
from services.assistants.domain.data_question.words import name_words

_COUNTED = ("count", "rows", "max", "min")


@dataclass(slots=True)
class Conditions:
    """taken: column claims that conditions have used. having: an amount that counts a group's rows."""

    found: list[Condition] = field(default_factory=list)
    taken: list[Claim] = field(default_factory=list)
    amounts_of: list[tuple[Claim, Claim | None]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_conditions(reading: Reading, table: Table, today: dt.date) -> Conditions:
    """Every condition that the question puts on single rows; amounts wait for the planner."""
    conditions = Conditions()
    _of_values(reading, conditions)
    conditions.found = carried(reading, conditions.found)
    _of_numbers(reading, conditions)
    _of_amounts(reading, conditions)
    _of_periods(reading, table, today, conditions)
    _of_truths(reading, conditions)
    conditions.found = _merged(conditions.found)
    return conditions


def date_column(reading: Reading, table: Table, conditions: Conditions) -> Column | None:
    """The one that the question names, else the table's first one, where possible a plain date."""
    named: list[Column] = [
        candidate.column
        for claim in reading.of("column")
        for candidate in claim.meaning[:1]
        if candidate.column.is_temporal
    ]
    if named:
        return named[0]
    for claim in reading.of("column"):  # "shipped in March": the verb names the date of it
        for candidate in claim.meaning:
            if candidate.column.is_temporal:
                found: Column = candidate.column
                return found
    columns = table.of_type(("date", "datetime"))
    if len(columns) > 1:
        conditions.notes.append(f"Time is that of {columns[0].name}.")
    return columns[0] if columns else None


def column_of_amount(
    reading: Reading, claim: Claim, table: Table, used: Claim | None
) -> Column | None:
    """What `more than 500` speaks of: what stands beside it, else what money or shares are written in."""
    unit = said_unit(reading, claim.start, claim.end)
    column = _named_by(reading, claim, table, used, unit)
    return None if column is None or is_other(unit, column) else column


def _named_by(
    reading: Reading, claim: Claim, table: Table, used: Claim | None, unit: str
) -> Column | None:
    written = [c for c in table.columns if unit and column_unit(c) == unit]
    if written and not (used and any(c.column in written for c in used.meaning)):
        return _spoken_of(reading, claim, table, written)
    if used is not None:
        columns: list[Column] = [c.column for c in used.meaning if c.column.is_numeric]
        return columns[0] if columns else None
    amount: Amount = claim.meaning
    numeric = table.of_type(("integer", "number"))
    near = [token.folded for token in reading.tokens[max(0, claim.start - 2) : claim.end]]
    hinted = {concept for word in near[: claim.start] for concept in concepts(word)}
    hinted |= {COMPARATIVES[word] for word in near if word in COMPARATIVES}
    meant = [c for c in numeric if column_concepts(c) & hinted]
    if named := (meant[0] if meant else age_of_people(reading, claim, table)):
        return named
    if amount.is_percent:
        rates = [c for c in numeric if is_per_unit(c) and "price" not in column_concepts(c)]
        if rates:
            return rates[0]
    sums = [c for c in numeric if can_be_added(c)]
    own = None if amount.is_percent else own_money(reading, table)
    if own is None and amount.is_money:
        money = [
            c
            for c in numeric
            if column_concepts(c) & {"revenue", "price", "cost", "profit", "salary"}
        ]
        return money[0] if money else None
    return sums[0] if own is None and len(sums) == 1 else own


def _spoken_of(
    reading: Reading, claim: Claim, table: Table, written: list[Column]
) -> Column | None:
    """Of the columns in that unit the only one, or the one that words before the amount speak of."""
    before = [token.folded for token in reading.tokens[max(0, claim.start - 3) : claim.start]]
    meant = {c for word in before for c in concepts(word)}
    own = own_money(reading, table) if claim.meaning.is_money else None
    if own is not None and (own in written or not column_unit(own)):
        return own
    fitting = [c for c in written if column_concepts(c) & meant] or [
        c for c in written if "revenue" in column_concepts(c)
    ]
    if len(written) == 1:
        is_rate = "rate" in name_words(written[0].name) and "price" in meant
        return None if is_rate else written[0]  # what a stay cost is not its nightly rate
    return fitting[0] if len(fitting) == 1 else None


def scaled(amount: Amount, column: Column) -> Amount:
    """10% is 0.1 in a column of fractions."""
    if not amount.is_percent or not column.max or abs(float(column.max)) > 1:
        return amount
    high = None if amount.high is None else amount.high / 100
    return replace(amount, low=amount.low / 100, high=high, is_percent=False)


def _of_values(reading: Reading, conditions: Conditions) -> None:
    for claim in reading.of("value"):
        beside = _beside(reading, claim)
        naming = _best(claim.meaning, beside)
        used = next((b for b in beside if _names(b, naming.column)), None)
        if used is not None:
            conditions.taken.append(used)
        others = {n.column.name for n in claim.meaning if n.score >= naming.score} - {
            naming.column.name
        }
        if others and used is None:
            told = ", ".join(sorted(others))
            conditions.notes.append(
                f'"{naming.values[0]}" is looked for in {naming.column.name}, though {told} has it too.'
            )
        if naming.score < 0.999:
            words = " ".join(reading.texts(range(claim.start, claim.end)))
            conditions.notes.append(f'"{words}" is taken for {naming.values[0]}.')
        conditions.found.append(_value_condition(reading, claim, used, naming))


def _value_condition(
    reading: Reading, claim: Claim, used: Claim | None, naming: Naming
) -> Condition:
    start = min(claim.start, used.start) if used else claim.start
    return Condition(
        column=naming.column,
        values=naming.values,
        is_negated=is_negated(reading, start, until=claim.start),
        position=claim.start,
    )


def _best(namings: Iterable[Naming], beside: list[Claim]) -> Naming:
    listed = list(namings)
    return next((n for n in listed if any(_names(c, n.column) for c in beside)), listed[0])


def _beside(reading: Reading, claim: Claim) -> list[Claim]:
    """Column claims before (with small words between) or right behind."""
    before = [c for c in reading.of("column") if c.end <= claim.start and claim.start - c.end <= 2]
    fitting = [c for c in before if _only_small_words(reading, c.end, claim.start)]
    behind = [c for c in reading.of("column") if c.start == claim.end]
    return [*fitting[::-1], *behind]


def _only_small_words(reading: Reading, start: int, end: int) -> bool:
    small = ("filler", "not", "which", "and")
    return all(c.kind in small for c in reading.claims if start <= c.start and c.end <= end)


def _names(claim: Claim, column: Column) -> bool:
    return any(candidate.column.name == column.name for candidate in claim.meaning)


def _of_numbers(reading: Reading, conditions: Conditions) -> None:
    """`order 10023`, `quantity of 5`, `store number 7`."""
    for at in reading.free():
        token = reading.tokens[at]
        if token.kind != "number" or token.number is None:
            continue
        near = [c for c in reading.of("column") if c.end <= at <= c.end + 2]
        fitting = [c for c in near if _only_small_words(reading, c.end, at)]
        if not fitting:
            continue
        used = fitting[-1]
        candidates = [c.column for c in used.meaning if c.column.is_numeric]
        if candidates:
            column = next((c for c in candidates if is_identifier(c)), candidates[0])
            amount = scaled(Amount(side="=", low=token.number, is_percent=token.is_percent), column)
            conditions.found.append(
                Condition(
                    column=column,
                    amount=amount,
                    is_negated=is_negated(reading, used.start, until=at),
                    position=at,
                )
            )
            conditions.taken.append(used)
            reading.claim(at, at + 1, "number", token.number)


def _of_amounts(reading: Reading, conditions: Conditions) -> None:
    for claim in reading.of("amount"):
        behind = [c for c in reading.of("column") if claim.end <= c.start <= claim.end + 1]
        before = [c for c in reading.of("column") if 0 <= claim.start - c.end <= 3]
        before = [c for c in before if _only_small_words(reading, c.end, claim.start)]
        counts = [c for c in reading.of("rows") if claim.end <= c.start <= claim.end + 1]
        amounts = [c for c in (*before[::-1], *behind) if _is_numeric(c) and not _is_identifying(c)]
        near = amounts or [c for c in behind if _is_identifying(c)]
        conditions.amounts_of.append((claim, near[0] if near and not counts else None))


def _is_numeric(claim: Claim) -> bool:
    return any(candidate.column.is_numeric for candidate in claim.meaning)


def _is_identifying(claim: Claim) -> bool:
    return is_identifier(claim.meaning[0].column)


def _of_periods(reading: Reading, table: Table, today: dt.date, conditions: Conditions) -> None:
    claims = reading.of("when")
    if not claims:
        return
    column = date_column(reading, table, conditions)
    years = [c for c in table.columns if holds_years(c)]
    for claim in claims:
        period: Period = claim.meaning
        of = years[0] if years and (column is None or period.is_year) else column
        if of is None:
            continue
        if period.back is not None:
            period = _relative(period, of, today, conditions)
        conditions.found.append(
            Condition(
                column=of,
                periods=(period,),
                is_negated=is_negated(reading, claim.start, until=claim.start),
                position=claim.start,
            )
        )


def _relative(period: Period, column: Column, today: dt.date, conditions: Conditions) -> Period:
    """From today if the data reaches that far, else from its last day."""
    counted = counted_from(period, today)
    last = dt.date.fromisoformat(column.max[:10]) if column.max else today
    if counted.start and last >= counted.start:
        return counted
    conditions.notes.append(
        f"Time is counted back from {last.isoformat()}, the last day of {column.name}."
    )
    return counted_from(period, last)


def _of_truths(reading: Reading, conditions: Conditions) -> None:
    """`paid orders`, `orders that are not paid`: a column of yes and no is what it says."""
    for claim in reading.of("column"):
        if claim in conditions.taken or any(
            by.kind in ("by", "which") for by in reading.before(claim.start)
        ):
            continue
        column = claim.meaning[0].column
        words = truth(column)
        is_negated_here = is_negated(reading, claim.start, until=claim.start) != _says_un(
            reading, claim
        )
        at = claim.start
        if column.type == "boolean":
            made = Condition(column=column, truth=not is_negated_here, position=at)
        elif words is not None:
            made = Condition(column=column, values=(words[is_negated_here],), position=at)
        else:
            continue
        conditions.found.append(made)
        conditions.taken.append(claim)


def _says_un(reading: Reading, claim: Claim) -> bool:
    """`unpaid`, of a column Paid."""
    column = claim.meaning[0].column
    return reading.tokens[claim.start].folded.startswith(
        "un"
    ) and not column.name.lower().startswith("un")


def is_negated(reading: Reading, start: int, *, until: int) -> bool:
    """A `not` stands before it, or between its parts, with small words between."""
    for claim in reversed(reading.of("not")):
        if start <= claim.start < until:
            return True
        if claim.end <= start <= claim.end + 2 and _only_small_words(reading, claim.end, start):
            return True
    return any(  # Hindi says it afterwards
        claim.start == until + 1 and claim.meaning[0] > "ऀ" for claim in reading.of("not")
    )


def _merged(found: list[Condition]) -> list[Condition]:
    """Several values of a column, or several stretches of time: one of them must hold."""
    merged: list[Condition] = []
    for condition in found:
        same = next((n for n, other in enumerate(merged) if _is_or(other, condition)), None)
        if same is None:
            merged.append(condition)
        else:
            other = merged[same]
            values = dict.fromkeys((*other.values, *condition.values))
            periods = (*other.periods, *condition.periods)
            merged[same] = replace(other, values=tuple(values), periods=periods)
    return merged


def _is_or(one: Condition, other: Condition) -> bool:
    """Values of one column, or times; but `in March` and `2024` narrow each other."""
    if one.column != other.column or one.is_negated != other.is_negated:
        return False
    return bool(one.values and other.values) or (
        bool(one.periods and other.periods) and _kind(one.periods[0]) == _kind(other.periods[0])
    )


def _kind(period: Period) -> str:
    if period.months or period.weekdays:
        return "months" if period.months else "weekdays"
    return "between" if period.start and period.end else "bound"
