"""Reads csv and tsv files as rows in which every value stands beside its column."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from services.knowledge.domain.extraction import Block, ExtractionFailed

from .encoding import opened_text
from .reading import About
from .tables import labelled_rows

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 65_536
_LONGEST_FIELD = 8 * 1024 * 1024


def read(path: Path, about: About) -> Iterator[Block]:
    """Rows in order. Raises ExtractionFailed for fields without end (an open quote)."""
    for line in labelled_rows(rows_of(path, about)):
        yield Block(text=line, kind="table_row")


def rows_of(path: Path, about: About) -> Iterator[list[str]]:
    """Fields as they stand. Raises ExtractionFailed."""
    csv.field_size_limit(_LONGEST_FIELD)
    with opened_text(path, about) as file:
        delimiter = _delimiter(file)
        about.metadata["delimiter"] = delimiter
        try:
            yield from csv.reader(_without_nuls(file), delimiter=delimiter)
        except csv.Error as error:
            raise ExtractionFailed(f"The table cannot be read: {error}.") from error


def _without_nuls(file: TextIO) -> Iterator[str]:
    return (line.replace("\x00", "") for line in file)


def _delimiter(file: TextIO) -> str:
    """The sign that divides the first lines into the same number of fields, more than one."""
    sample = file.read(_SAMPLE)
    file.seek(0)
    lines = sample.splitlines()
    lines = (lines[:-1] if len(sample) == _SAMPLE and len(lines) > 1 else lines)[:50]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]
    return max(_DELIMITERS, key=lambda sign: _agreement(lines, sign))


def _agreement(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How many rows have the commonest width over one, and that width."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    several = [width for width in widths if width > 1]
    if not several:
        return 0.0, 0
    common = max(set(several), key=several.count)
    return several.count(common) / len(widths), common
