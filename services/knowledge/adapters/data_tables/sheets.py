"""Reads each sheet of a spreadsheet as named columns of cells."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from services.knowledge.adapters.extraction.delimited import rows_of
from services.knowledge.adapters.extraction.reading import About
from services.knowledge.adapters.extraction.spreadsheet import (
    LONGEST_BLANK,
    visible_sheets,
    written,
)
from services.knowledge.domain.extraction import ExtractionFailed
from services.knowledge.domain.media_types import Kind

MOST_CELLS = 20_000_000
MOST_COLUMNS = 16_384  # of an xlsx
MOST_COLUMNS_IN_ALL = 32_768
MOST_SHEETS = 200
MOST_TITLES = 10
_LONGEST_NAME = 200


@dataclass(slots=True)
class Sheet:
    """columns: by position, cells in the order of the rows; all of the same length."""

    name: str
    names: list[str]
    columns: list[list[Any]]


def sheets(path: Path, kind: Kind) -> Iterator[Sheet]:
    """Those that hold a table. Raises ExtractionFailed."""
    about = About()
    is_text = kind in {"csv", "tsv"}
    sources: Iterator[tuple[str, Iterator[list[Any]]]] = (
        iter([("", rows_of(path, about))]) if is_text else visible_sheets(path, about)
    )
    room, number, width = MOST_CELLS, 0, 0
    for name, rows in sources:
        if sheet := _sheet(name, rows, room):
            number, width = number + 1, width + len(sheet.columns)
            if number > MOST_SHEETS or width > MOST_COLUMNS_IN_ALL:
                raise ExtractionFailed("The file has more tables and columns than is allowed.")
            room -= len(sheet.columns) * len(sheet.columns[0])
            yield sheet


def _sheet(name: str, rows: Iterator[list[Any]], room: int) -> Sheet | None:
    """The first row of several cells names the columns; a few rows above it are titles, left out."""
    above: list[list[Any]] = []
    for row in rows:
        filled = sum(not _is_blank(cell) for cell in row)
        if not filled or (not above and str(row[0]).startswith("sep=")):
            continue
        if filled > 1 and len(above) <= MOST_TITLES:
            return _under(name, row, rows, room)
        above.append(row)
    return _under(name, above[0], iter(above[1:]), room) if above else None


def _under(name: str, first: list[Any], rows: Iterator[list[Any]], room: int) -> Sheet | None:
    """A table whose first row may hold names, or is one of its rows."""
    has_names = _could_be_names(first)
    columns: list[list[Any]] = [[] for _ in first]
    length, blank = 0, 0
    for row in rows if has_names else chain([first], rows):
        if all(map(_is_blank, row)):
            blank += 1
            if blank > LONGEST_BLANK:
                break
            continue
        blank = 0
        columns.extend([None] * length for _ in range(len(row) - len(columns)))
        for position, column in enumerate(columns):
            column.append(row[position] if position < len(row) else None)
        length += 1
        if len(columns) > MOST_COLUMNS:
            raise ExtractionFailed(f"A table has more than {MOST_COLUMNS:,} columns.")
        if length * len(columns) > room:
            raise ExtractionFailed(f"The tables have more than {MOST_CELLS:,} cells.")
    return _named(name, first if has_names else [], columns)


def _could_be_names(row: list[Any]) -> bool:
    """Texts, or years beside a text."""
    cells = [cell for cell in row if not _is_blank(cell)]
    texts = [cell for cell in cells if isinstance(cell, str) and not _is_number(cell)]
    return bool(texts) and all(cell in texts or _is_year(cell) for cell in cells)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _is_year(cell: Any) -> bool:
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        return False
    try:
        return 1900 <= float(cell) <= 2100 and float(cell).is_integer()
    except ValueError:
        return False


def _named(name: str, header: list[Any], columns: list[list[Any]]) -> Sheet | None:
    """Columns without a name and without a value are margins."""
    names: list[str] = []
    taken: dict[str, int] = {}  # lower-case name: how many of them
    kept: list[list[Any]] = []
    for position, column in enumerate(columns):
        title = header[position] if position < len(header) else ""
        text = "" if _is_blank(title) else _clean(written(title))[:_LONGEST_NAME]
        if text or not all(map(_is_blank, column)):
            names.append(_distinct(text or f"Column {position + 1}", taken))
            kept.append(column)
    return Sheet(name, names, kept) if kept else None


def _clean(text: str) -> str:
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


def _distinct(name: str, taken: dict[str, int]) -> str:
    """Whatever the case: a query must not have to care."""
    candidate, number = name, taken.get(name.lower(), 0) + 1
    while number > 1 and (candidate := f"{name} ({number})").lower() in taken:
        number += 1
    taken[name.lower()] = number
    taken.setdefault(candidate.lower(), 1)
    return candidate


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
