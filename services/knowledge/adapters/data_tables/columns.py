"""Finds out what a column holds, and makes its cells all of that type."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

from services.knowledge.adapters.data_tables.written_dates import dates
from services.knowledge.adapters.data_tables.written_numbers import numbers
from services.knowledge.adapters.extraction.spreadsheet import written
from services.knowledge.domain.data_table import ColumnType

NOTHING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "–"})
"""What stands for no value among numbers, dates and booleans; in a column of text only "" does."""
_INTEGER = re.compile(r"[+-]?(0|[1-9]\d{0,17})\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\Z", re.ASCII)
_CODE = re.compile(r"[+-]?0\d", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", re.ASCII)
_EXACT = 2**53
_BOOLEANS = {"true": True, "false": False}
_YES_AND_NO = (
    ("yes", "no"),
    ("y", "n"),
    ("ja", "nein"),
    ("oui", "non"),
    ("sí", "no"),
    ("हाँ", "नहीं"),
)


class _Misfit(ValueError):
    """The cell is of another type."""


def typed(cells: Sequence[Any]) -> tuple[ColumnType, list[Any]]:
    """The narrowest type that all cells have, and the cells of that type, None for nothing."""
    present = [cell for cell in cells if not _is_nothing(cell)]
    if found := _found(present) if present else None:
        kind, values = found
        each = iter(values)
        return kind, [None if _is_nothing(cell) else next(each) for cell in cells]
    return "text", [None if cell is None else written(cell) or None for cell in cells]


def _found(present: Sequence[Any]) -> tuple[ColumnType, Sequence[Any]] | None:
    """As programs write them, then as people do; the first cell alone rules most ways out."""
    for kind, convert in _TYPES:
        try:
            convert(present[0])
            return kind, [convert(cell) for cell in present]
        except (_Misfit, ValueError, OverflowError):
            continue
    for way in (_yes_and_no, numbers, dates):
        if way(present[:1]) is not None and (values := way(present)) is not None:
            return _WRITTEN[type(values[0])], values
    return None


def _yes_and_no(present: Sequence[Any]) -> list[bool] | None:
    """All of one pair; letters only where both are there."""
    if not all(isinstance(cell, str) for cell in present):
        return None
    texts = [cell.strip().lower() for cell in present]
    said = set(texts)
    for yes, no in _YES_AND_NO:
        if said <= {yes, no} and (len(yes) > 1 or len(said) == 2):
            return [text == yes for text in texts]
    return None


def _is_nothing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in NOTHING)


def _boolean(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    value = _BOOLEANS.get(_text(cell).lower())
    if value is None:
        raise _Misfit
    return value


def _integer(cell: Any) -> int:
    if isinstance(cell, bool):
        raise _Misfit
    if isinstance(cell, int | float):
        if cell != int(cell) or abs(cell) >= _EXACT:
            raise _Misfit
        return int(cell)
    text = _text(cell)
    if not _INTEGER.match(text):
        raise _Misfit
    number = int(text)
    if abs(number) >= 2**63:
        raise _Misfit
    return number


def _number(cell: Any) -> float:
    if isinstance(cell, bool):
        raise _Misfit
    if isinstance(cell, int | float):
        return float(cell)
    text = _text(cell)
    if _CODE.match(text) and "." not in text:  # 007 is a name
        raise _Misfit
    if not _NUMBER.match(text):
        raise _Misfit
    return float(text)


def _day(cell: Any) -> dt.date:
    if isinstance(cell, dt.datetime):
        if cell.time() != dt.time():
            raise _Misfit
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = _text(cell)
    if not _DAY.match(text):
        raise _Misfit
    return dt.date.fromisoformat(text)


def _moment(cell: Any) -> dt.datetime:
    """Without a zone: what has one is told in UTC."""
    if isinstance(cell, dt.datetime):
        moment = cell
    elif isinstance(cell, dt.date):
        moment = dt.datetime.combine(cell, dt.time())
    else:
        text = _text(cell)
        if not (_DAY.match(text) or _MOMENT.match(text)):
            raise _Misfit
        moment = dt.datetime.fromisoformat(text)
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _text(cell: Any) -> str:
    if not isinstance(cell, str):
        raise _Misfit
    return cell.strip()


_TYPES: tuple[tuple[ColumnType, Callable[[Any], Any]], ...] = (
    ("boolean", _boolean),
    ("integer", _integer),
    ("number", _number),
    ("date", _day),
    ("datetime", _moment),
)
_WRITTEN: dict[type, ColumnType] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    dt.date: "date",
    dt.datetime: "datetime",
}
