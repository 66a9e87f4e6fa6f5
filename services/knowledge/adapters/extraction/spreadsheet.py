"""Reads workbooks (xlsx, xls, xlsb, ods) as rows in which every value stands beside its column."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from services.knowledge.domain.extraction import Block, ExtractionFailed

from .archive import check_archive
from .reading import About, Outline
from .tables import labelled_rows

Errors = dict[str, dict[tuple[int, int], str]]  # by sheet: (row, column), from 0 -> "#DIV/0!"
LONGEST_BLANK = 50_000  # rows; formats may declare a million empty ones


def read(path: Path, about: About) -> Iterator[Block]:
    """Visible sheets in order, each row beside its columns' names."""
    errors = _error_cells(path)
    for name, rows in visible_sheets(path, about):
        yield from _sheet_blocks(name, _rows(rows, errors.get(name, {})))


def visible_sheets(path: Path, about: About) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    """Names and rows of cells as calamine gives them: "" for nothing, formulas by their stored value.

    Hidden ones are left out: answers must not quote what nobody sees. Cells that were merged over
    several rows have their value in each of them. Raises ExtractionFailed.
    """
    if is_zipfile(path):
        check_archive(path)
    workbook = _opened(path)
    hidden = 0
    try:
        for sheet in workbook.sheets_metadata:
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != SheetVisibleEnum.Visible:
                hidden += 1
                continue
            yield sheet.name, _filled_down(workbook.get_sheet_by_name(sheet.name))
    except CalamineError as error:
        raise ExtractionFailed(_damaged(error)) from error
    if hidden:
        about.metadata["hidden_sheets_left_out"] = str(hidden)


def _filled_down(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """Across columns nothing is repeated: a title above a table would become its columns' names."""
    ranges = sorted(sheet.merged_cell_ranges or ())
    tall = [(top, column, bottom) for (top, column), (bottom, _) in ranges if bottom > top]
    open_: list[tuple[int, int, Any]] = []  # last row, column, value
    following = 0
    # iter_rows starts with the sheet's first row and column, not with its first filled ones.
    for number, row in enumerate(sheet.iter_rows()):
        open_ = [each for each in open_ if each[0] >= number]
        for _, column, value in open_:
            if column < len(row) and row[column] == "":
                row[column] = value
        while following < len(tall) and tall[following][0] <= number:
            top, column, bottom = tall[following]
            following += 1
            if top == number and column < len(row):
                open_.append((bottom, column, row[column]))
        yield row


def _opened(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise ExtractionFailed("The workbook is encrypted and needs a password.") from error
    except CalamineError as error:
        raise ExtractionFailed(_damaged(error)) from error


def _damaged(error: CalamineError) -> str:
    if "limit exceeded" in str(error):
        return "The workbook declares more cells than is allowed."
    if "Codepage" in str(error):  # what the header of an obfuscated xls looks like
        return "The workbook is damaged, or encrypted and needs a password."
    return "The workbook is damaged or is not what its name says."


def _sheet_blocks(name: str, rows: Iterator[list[str]]) -> Iterator[Block]:
    outline = Outline()
    for line in labelled_rows(rows):
        if not outline.path:
            yield outline.heading(1, name)
        yield Block(text=line, kind="table_row", heading_path=outline.path)


def _rows(sheet: Iterator[list[Any]], errors: dict[tuple[int, int], str]) -> Iterator[list[str]]:
    blank = 0
    for number, row in enumerate(sheet):
        cells = [written(value) for value in row]
        if errors:
            for column in range(len(cells)):
                cells[column] = cells[column] or errors.get((number, column), "")
        blank = 0 if any(cells) else blank + 1
        if blank > LONGEST_BLANK:
            return
        yield cells


def written(value: Any) -> str:
    """A cell as people write it: whole numbers without a point, midnight without a time."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    return str(value)


def _error_cells(path: Path) -> Errors:
    """Where an xlsx shows errors: calamine gives blanks for them."""
    if not is_zipfile(path) or not _has_errors(path):
        return {}
    # openpyxl is slow, and needed only here.
    from openpyxl import load_workbook  # noqa: PLC0415

    found: Errors = {}
    with path.open("rb") as file:  # of a path it wants to know the ending
        workbook = load_workbook(file, read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            cells = (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "e")
            found[sheet.title] = {(c.row - 1, c.column - 1): str(c.value) for c in cells}
        workbook.close()
    return found


def _has_errors(path: Path) -> bool:
    with ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    while piece := part.read(1 << 20):
                        if b' t="e"' in piece:
                            return True
    return False
