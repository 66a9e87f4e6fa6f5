"""Conditions of the question before, changed by those of a follow-up."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.assistants.domain.data_question.periods import Period
from services.assistants.domain.data_question.plan import Condition

_YEAR = 365  # days


class Unclear(Exception):
    """What is carried over may be one thing or another; then no answer is better."""


def changed(before: Sequence[Condition], said: Iterable[Condition]) -> tuple[Condition, ...]:
    """What is said of a column takes the place of what was said of it before.

    Raises Unclear: `in 2024` after `in March 2023`.
    """
    found = list(before)
    for condition in said:
        if condition.periods:
            found = _at_another_time(found, condition)
            continue
        at = next((n for n, c in enumerate(found) if c.column == condition.column), len(found))
        found = [c for c in found if c.column != condition.column]
        found.insert(at, condition)
    return tuple(found)


def narrowed(before: Sequence[Condition], said: Iterable[Condition]) -> tuple[Condition, ...]:
    """`how many of them`: what was said before holds too."""
    return (*before, *(condition for condition in said if condition not in before))


def _at_another_time(before: Sequence[Condition], said: Condition) -> list[Condition]:
    """`in March` stays in the year of before, `in 2024` keeps the months, else time is replaced."""
    times = [c for c in before if c.column == said.column]
    kept = [year for c in times if (year := _kept(c, said)) is not None]
    at = next((n for n, c in enumerate(before) if c.column == said.column), len(before))
    rest = [c for c in before if c.column != said.column]
    return [*rest[:at], *kept, said, *rest[at:]]


def _kept(before: Condition, said: Condition) -> Condition | None:
    if not before.periods:
        return None
    was, now = before.periods[0], said.periods[0]
    if _recurs(now):
        if _recurs(was):
            return before if bool(was.months) != bool(now.months) else None
        return _its_year(before)
    if now.is_year and _recurs(was):
        return before
    if now.is_year and not all(map(_is_long, before.periods)):
        raise Unclear
    return None


def _its_year(condition: Condition) -> Condition:
    """Of `in May 2024` the year, of longer times all."""
    if condition.is_negated:
        raise Unclear
    if all(map(_is_long, condition.periods)):
        return condition
    years = {day.year for p in condition.periods for day in (p.start, _last(p)) if day is not None}
    if len(years) != 1:
        raise Unclear
    year = years.pop()
    whole = Period(start=dt.date(year, 1, 1), end=dt.date(year + 1, 1, 1), is_year=True)
    return replace(condition, periods=(whole,))


def _recurs(period: Period) -> bool:
    """In any year."""
    return bool(period.months or period.weekdays)


def _is_long(period: Period) -> bool:
    """A year or more, or open at an end."""
    if period.start is None or period.end is None:
        return True
    return (period.end - period.start).days >= _YEAR


def _last(period: Period) -> dt.date | None:
    return period.end - dt.timedelta(days=1) if period.end else None
