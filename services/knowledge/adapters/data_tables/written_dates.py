"""Dates as people write them: 3.4.2024, 3/4/24 10:30 pm, 3 Apr 2024.

Whether the day or the month comes first is decided for a whole column: by the one order in which all
its cells are dates. Where both are, the month is first between slashes, else the day.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

_TIME = (
    r"(?:[,T ]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?)?\Z"
)
_YEAR = r"(?P<y>\d{4}|\d{2})"
_NAME = r"(?P<name>[^\W\d_]+)"
_YEAR_FIRST = r"(?P<y>\d{4})(?P<mark>[./-])(?P<b>\d{1,2})(?P=mark)(?P<a>\d{1,2})"
_YEAR_LAST = rf"(?P<a>\d{{1,2}})(?P<mark>[./-])\s?(?P<b>\d{{1,2}})(?P=mark)\s?{_YEAR}"
_DAY_NAMED = rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?[ -]{_NAME}\.?,?[ -]{_YEAR}"
_MONTH_NAMED = rf"{_NAME}\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})"
_BY_YEAR, _BY_ORDER, _BY_DAY, _BY_MONTH = (
    re.compile(pattern + _TIME, re.IGNORECASE)
    for pattern in (_YEAR_FIRST, _YEAR_LAST, _DAY_NAMED, _MONTH_NAMED)
)
_NAMES = """
jan january januar jänner janvier enero ene
feb february februar février févr feb febrero
mar march märz mär mrz mars marzo
apr april avril avr abril abr
may mai mayo
jun june juni juin junio
jul july juli juillet juil julio
aug august août agosto ago
sep sept september septembre septiembre
oct october oktober okt octobre octubre
nov november novembre noviembre
dec december dezember dez décembre déc diciembre dic
"""
_MONTHS = {
    name: number
    for number, line in enumerate(_NAMES.strip().splitlines(), start=1)
    for name in line.split()
}
_LONGEST = 60  # characters
_CENTURY_TURNS = 69
"""Two digits from here on mean the last century, as POSIX has it."""


def dates(cells: Sequence[Any]) -> list[dt.date] | list[dt.datetime] | None:
    """All of them as days, or as moments where one has a time; None where one of them is neither."""
    for is_day_first in _orders(cells):
        found = [_moment(cell, is_day_first=is_day_first) for cell in cells]
        moments = [moment for moment in found if moment is not None]
        if len(moments) == len(found):
            is_days = all(moment.time() == dt.time() for moment in moments)
            return [moment.date() for moment in moments] if is_days else moments
    return None


def _orders(cells: Sequence[Any]) -> tuple[bool, bool]:
    first = next((cell for cell in cells if isinstance(cell, str)), "")
    return (False, True) if "/" in first else (True, False)


def _moment(cell: Any, *, is_day_first: bool) -> dt.datetime | None:
    if isinstance(cell, dt.datetime):
        return cell.astimezone(dt.UTC).replace(tzinfo=None) if cell.tzinfo else cell
    if isinstance(cell, dt.date):
        return dt.datetime.combine(cell, dt.time())
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return None
    return _written(cell.strip(), is_day_first)


def _written(text: str, is_day_first: bool) -> dt.datetime | None:
    try:
        if match := _BY_YEAR.match(text):
            return _at(match, int(match["b"]), int(match["a"]))
        if match := _BY_ORDER.match(text):
            pair = int(match["a"]), int(match["b"])
            day, month = pair if is_day_first or match["mark"] == "." else pair[::-1]
            return _at(match, month, day)
        if match := _BY_DAY.match(text) or _BY_MONTH.match(text):
            return _at(match, _MONTHS.get(match["name"].lower(), 0), int(match["d"]))
    except ValueError:  # no such day
        return None
    return None


def _at(match: re.Match[str], month: int, day: int) -> dt.datetime:
    year = int(match["y"])
    if len(match["y"]) == 2:
        year += 1900 if year >= _CENTURY_TURNS else 2000
    hour, half = int(match["hour"] or 0), (match["half"] or "")[:1].lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half == "p" else 0)
    return dt.datetime(  # noqa: DTZ001 - written without a zone
        year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0)
    )
