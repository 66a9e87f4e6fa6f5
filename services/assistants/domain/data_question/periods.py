"""Stretches of time that a question names: `in March 2024`, `since Q2`, `last year`.

Each token becomes a letter code, and patterns over the codes are what a person may say.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.assistants.domain.data_question.calendar_words import CODES, MONTHS, WEEKDAYS
from services.assistants.domain.data_question.reading import Reading
from services.assistants.domain.data_question.words import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start` to the day before `end`; None is open. months, weekdays (Monday is 1): of any year.

    edges: A and B of `between A and B`. back: a relative one, as (how many, unit): it waits for the
    day that it counts from.
    """

    start: dt.date | None = None
    end: dt.date | None = None
    months: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    back: tuple[int, str] | None = None
    is_year: bool = False
    edges: tuple["Period", ...] = ()


_DAY = r"(?:d\S+|n\d+(?: th)?(?: of)* m\d+(?:(?: of)* y\d+)?|m\d+ n\d+(?: th)?(?:(?: of)* y\d+)?)"
_QUARTER = (
    r"(?:q\d(?:(?: of)* y\d+)?|y\d+(?: of)* q\d|o\d Q(?:(?: of)* y\d+)?|Q n\d(?:(?: of)* y\d+)?)"
)
_HALF = r"(?:h\d(?: of)* y\d+|o\d H(?: of)* y\d+|y\d+ h\d)"
_RELATIVE = r"(?:L (?:n\d+ )?(?:u:\w+|Q)|T (?:u:\w+|Q)|today|yesterday)"
_MONTH = r"(?:x\S+|L u:month(?: of)* y\d+|m\d+(?:(?: of)* y\d+)?|y\d+ m\d+)"
_LAST_OF_YEAR = (
    (re.compile(r"L Q(?=(?: of)* y\d)"), "o4 Q"),
    (re.compile(r"L H(?=(?: of)* y\d)"), "o2 H"),
)
"""`the last quarter of 2023` is its fourth, whatever day it is."""
_SINGLE = rf"(?:{_DAY}|{_QUARTER}|{_HALF}|{_MONTH}|(?:u:year )?y\d+|w\d|{_RELATIVE})"
_RANGE = re.compile(
    rf"(?<!\S)(?:(?:W|F)(?: of)* (?P<first>{_SINGLE}) (?:&|to|U)(?: of)* (?P<second>{_SINGLE})"
    rf"|(?P<left>{_SINGLE}) to(?: of)* (?P<right>{_SINGLE})"
    rf"|(?P<bound>S|A|B|U|F)(?: of)* (?P<one>{_SINGLE})(?P<on> on)?"
    rf"|(?P<single>{_SINGLE}))(?!\S)"
)


def claim_periods(reading: Reading) -> None:
    """Claims of kind `when`; a Period is the meaning."""
    codes = [
        _code(token, reading.tokens[at - 1] if at else None, reading.tokens[at + 1 : at + 2])
        for at, token in enumerate(reading.tokens)
    ]
    spoken = " ".join(codes)
    for last, ordinal in _LAST_OF_YEAR:
        spoken = last.sub(ordinal, spoken)
    for found in _RANGE.finditer(spoken):
        start = spoken[: found.start()].count(" ")
        end = start + found[0].count(" ") + 1
        period = _period(found)
        if period is not None and reading.is_free(start, end):
            reading.claim(start, end, "when", period)


def counted_from(period: Period, day: dt.date) -> Period:
    """A relative period as days, where `day` is today."""
    if period.back is None:
        return period
    count, unit = period.back
    this = _unit_start(day, unit)
    if count == 0:
        return Period(start=this, end=_later(this, unit, 1))
    if count == 1:
        return Period(start=_later(this, unit, -1), end=this)
    tomorrow = day + dt.timedelta(days=1)
    return Period(start=_later(tomorrow, unit, -count), end=tomorrow)


def _code(token: Token, before: Token | None, after: Sequence[Token]) -> str:
    if token.kind == "day":
        return _day_code(token.text)
    if token.kind == "number":
        return _number_code(token)
    word = token.folded
    if word in MONTHS and not _is_modal(token, before, after):
        return f"m{MONTHS[word]}"
    weekday = WEEKDAYS.get(word) or WEEKDAYS.get(token.stem)
    if weekday is not None:
        return f"w{weekday}"
    return word if re.fullmatch(r"[qh][1-4]", word) else CODES.get(word, "_")


def _number_code(token: Token) -> str:
    if re.fullmatch(r"(19|20)\d\d", token.folded) and not token.is_percent:
        return f"y{token.folded}"
    return f"n{token.folded}" if re.fullmatch(r"\d{1,3}", token.folded) else "_"


def _is_modal(token: Token, before: Token | None, after: Sequence[Token]) -> bool:
    """`may` is a verb unless something beside it speaks of time."""
    if token.folded not in ("may", "mar", "dec", "sep", "an") or token.is_name:
        return False
    near = [t for t in (before, *after) if t is not None]
    return not any(t.kind == "number" or CODES.get(t.folded) in ("of", "S", "B", "A") for t in near)


def _day_code(text: str) -> str:
    parts = [int(part) for part in re.split(r"[-./]", text)]
    if len(parts) == 2:
        return f"x{parts[0]}-{parts[1]:02}"
    if parts[0] > 31:
        year, month, day = parts
    elif "." in text or parts[0] > 12:
        day, month, year = parts
    else:
        month, day, year = parts
    return f"d{year:04}-{month:02}-{day:02}"


def _period(found: re.Match[str]) -> Period | None:
    try:
        if one := found["single"]:
            return _single(one)
        if one := found["one"]:
            return _bounded(found["bound"], _single(one), is_onwards=found["on"] is not None)
        return _between(found["first"] or found["left"], found["second"] or found["right"])
    except (ValueError, OverflowError):  # the 31st of June
        return None


def _between(first: str, second: str) -> Period | None:
    year = re.search(r"y\d+", second)
    if year and not re.search(r"y\d+|d\d|x\d", first):
        first = f"{first} {year[0]}"
    one, other = _single(first), _single(second)
    if one.months and other.months:
        return Period(months=tuple(range(one.months[0], other.months[-1] + 1)))
    return (
        Period(start=one.start, end=other.end, edges=(one, other))
        if one.start and other.end
        else None
    )


def _bounded(bound: str, period: Period, *, is_onwards: bool) -> Period:
    if period.start is None:
        return period
    if bound == "F":
        return replace(period, end=None, is_year=False) if is_onwards else period
    bounded = {
        "S": Period(start=period.start),
        "A": Period(start=period.end),
        "B": Period(end=period.start),
    }
    return bounded.get(bound, Period(end=period.end))


def _single(code: str) -> Period:
    """Raises ValueError where there is no such day."""
    parts = dict(re.findall(r"(?<!\S)([a-z]):?((?<=:)\w+|\d\S*)", code))
    if parts.get("d"):
        day = dt.date.fromisoformat(parts["d"])
        return Period(start=day, end=day + dt.timedelta(days=1))
    if parts.get("x"):
        return _stretch(*map(int, parts["x"].split("-")), months=1)
    if code[0] in "LT" and code.endswith(" Q"):
        parts["u"] = "quarter"
    if "u" in parts and "y" not in parts:
        return Period(back=(0 if code[0] == "T" else int(parts.get("n", 1)), parts["u"]))
    if code in ("today", "yesterday"):
        return Period(back=(0 if code == "today" else 1, "day"))
    return Period(weekdays=(int(parts["w"]),)) if parts.get("w") else _of_calendar(parts, code)


def _of_calendar(parts: dict[str, str], code: str) -> Period:
    year = int(parts["y"]) if "y" in parts else None
    quarter = parts.get("q") or ((parts.get("o") or parts.get("n")) if "Q" in code else None)
    half = parts.get("h") or (parts.get("o") if "H" in code else None)
    if quarter or half:
        length = 3 if quarter else 6
        first = (int(quarter or half or 1) - 1) * length + 1
        months = tuple(range(first, first + length))
        return _stretch(year, first, months=length) if year else Period(months=months)
    if code.startswith("L u:month"):
        return _stretch(year or 0, 12, months=1)
    if "m" not in parts:
        return replace(_stretch(year or 0, 1, months=12), is_year=True)
    month = int(parts["m"])
    if "n" in parts and year:
        day = dt.date(year, month, int(parts["n"]))
        return Period(start=day, end=day + dt.timedelta(days=1))
    return _stretch(year, month, months=1) if year else Period(months=(month,))


def _stretch(year: int, month: int, *, months: int) -> Period:
    start = dt.date(year, month, 1)
    return Period(start=start, end=_later(start, "month", months))


def _unit_start(day: dt.date, unit: str) -> dt.date:
    match unit:
        case "year":
            return day.replace(month=1, day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "month":
            return day.replace(day=1)
        case "week":
            return day - dt.timedelta(days=day.weekday())
        case _:
            return day


def _later(day: dt.date, unit: str, count: int) -> dt.date:
    if unit in ("day", "week"):
        return day + dt.timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * {"year": 12, "quarter": 3}.get(unit, 1)
    last = (dt.date(months // 12 + (months % 12 == 11), (months + 1) % 12 + 1, 1)) - dt.timedelta(
        days=1
    )
    return last.replace(day=min(day.day, last.day))
