"""Tables, conditions and figures in words."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from services.assistants.domain.data_question.amounts import Amount
from services.assistants.domain.data_question.calendar_words import MONTH_NAMES, WEEKDAY_NAMES
from services.assistants.domain.data_question.concepts import is_identifier
from services.assistants.domain.data_question.periods import Period
from services.assistants.domain.data_question.plan import Condition, Plan

_SIDES = {
    ">": "is more than", "<": "is less than", ">=": "is at least", "<=": "is at most", "=": "is",
}  # fmt: skip
SHOWN_VALUES = 8


def conditions_said(conditions: Sequence[Condition]) -> str:
    """` where Country is Germany and ...`; "" without any."""
    return " where " + " and ".join(map(said, conditions)) if conditions else ""


def said(condition: Condition) -> str:
    """One condition."""
    name = condition.column.name
    if condition.is_empty:
        return f"{name} is {'not ' if condition.is_negated else ''}empty"
    if condition.truth is not None:
        return f"{name} is {'true' if condition.truth else 'false'}"
    if condition.amount is not None:
        if is_identifier(condition.column) and condition.amount.side == "=":
            return f"{name} {'is not' if condition.is_negated else 'is'} {condition.amount.low:.0f}"
        positive = f"{name} {amount_said(condition.amount)}"
        return f"not ({positive})" if condition.is_negated else positive
    if condition.periods:
        times = " or ".join(map(period_said, condition.periods))
        return f"{name} is {'not ' if condition.is_negated else ''}{times}"
    verb = "is not" if condition.is_negated else "is"
    return f"{name} {verb} {_listed(condition.values, 'or')}"


def amount_said(amount: Amount) -> str:
    """`is more than 500`."""
    if amount.side == "between":
        return f"is between {number(amount.low)} and {number(amount.high or 0)}"
    return f"{_SIDES[amount.side]} {number(amount.low)}"


def period_said(period: Period) -> str:
    """`in 2024`, `from 2024-03-01 to 2024-03-31`."""
    if period.months:
        return "in " + _listed([MONTH_NAMES[month - 1] for month in period.months], "or")
    if period.weekdays:
        return "on " + _listed([WEEKDAY_NAMES[day - 1] for day in period.weekdays], "or")
    if period.is_year and period.start:
        return f"in {period.start.year}"
    last = period.end - dt.timedelta(days=1) if period.end else None
    if period.start and last == period.start:
        return f"on {last}"
    if period.start and last:
        return f"from {period.start} to {last}"
    return f"on {period.start} or later" if period.start else f"on {last} or earlier"


def side_names(plan: Plan) -> list[str]:
    """What the two figures of a difference are called."""
    return [
        side.values[0] if side.values else period_said(side.periods[0]).removeprefix("in ")
        for side in plan.sides
    ]


def number(value: float) -> str:
    """With commas between thousands, and every digit that a float has for sure."""
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    exact = f"{value:.15g}"
    if "e" in exact:
        return exact
    whole, _, decimals = exact.partition(".")
    return f"{int(whole):,}.{decimals}" if not whole.startswith("-0") else exact


def figure(value: Any) -> str:
    """A figure of a result: rounded to two places where it is longer, and then what it is exactly."""
    if value is None:
        return "nothing"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    full = number(value)
    short = short_figure(value)
    return full if short == full else f"{short} (rounded from {full})"


def short_figure(value: Any) -> str:
    """The same without what it is exactly."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    full = number(value)
    places = len(full.partition(".")[2])
    if places <= 2 or "e" in full:
        return full
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.4g}"


def _listed(values: Sequence[str], word: str) -> str:
    shown = [str(value) for value in values[:SHOWN_VALUES]]
    if len(values) > SHOWN_VALUES:
        shown.append(f"{len(values) - SHOWN_VALUES} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"
