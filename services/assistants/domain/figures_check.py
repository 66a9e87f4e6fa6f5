"""Which figures of an answer are in nothing that it was made from."""

import re
from collections.abc import Iterable
from typing import Any

from services.assistants.domain.tools import GraphData, TableData

_FIGURE = re.compile(r"(?<![\w.,/-])-?\d+(?:[,\u00a0\u202f]\d{3})*(?:\.\d+)?(?![\w/]|[.,]\d|-\d)")
COUNTED_ON_FINGERS = 10
"""Whole numbers up to here number lists and say "two of them"."""
NAMED = 5


def unfounded(
    text: str, *, shown: Iterable[TableData | GraphData], read: Iterable[str]
) -> tuple[str, ...]:
    """Figures of `text`, as written, that no shown row and no text that was read has, rounded or not.

    Without a shown table there is nothing to hold figures against: empty then.
    """
    tables = [table for table in shown if isinstance(table, TableData)]
    if not tables:
        return ()
    known = [value for table in tables for value in _values(table)]
    known += [_value(found) for part in read for found in _FIGURE.findall(part)]
    written = dict.fromkeys(_FIGURE.findall(text))
    return tuple(figure for figure in written if not _is_known(figure, known))


def warning(figures: tuple[str, ...]) -> str:
    """What the caller is told of them, behind the answer."""
    named = ", ".join(figures[:NAMED])
    more = f" and {len(figures) - NAMED} more" if len(figures) > NAMED else ""
    return f"\n\nNote: {named}{more} is in no result of the queries behind this answer."


def _values(table: TableData) -> list[float]:
    cells = [cell for row in table.rows for cell in row]
    return [float(table.total_rows), *(value for cell in cells for value in _of_cell(cell))]


def _of_cell(cell: Any) -> list[float]:
    if isinstance(cell, bool) or cell is None:
        return []
    if isinstance(cell, int | float):
        return [float(cell), float(cell) * 100]  # a fraction told in percent
    return [_value(found) for found in re.findall(r"\d+(?:\.\d+)?", str(cell))]


def _is_known(written: str, known: list[float]) -> bool:
    value = _value(written)
    places = len(written.partition(".")[2])
    if not places and abs(value) <= COUNTED_ON_FINGERS:
        return True
    half = 0.5 * 10**-places * 1.000001
    return any(abs(abs(value) - abs(each)) <= half for each in known)


def _value(written: str) -> float:
    return float(re.sub(r"[,\u00a0\u202f]", "", written))
