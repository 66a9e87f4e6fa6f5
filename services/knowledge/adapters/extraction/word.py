"""Reads docx: paragraphs and tables in order, below the headings that its styles make."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from services.knowledge.domain.extraction import Block, BlockKind, ExtractionFailed

from .archive import check_archive, xml_of
from .reading import About, Outline
from .tables import labelled_rows

_P, _TBL, _TR, _TC = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_WRAPPERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = {qn("w:del"), qn("w:moveFrom"), _FALLBACK, qn("w:pPr"), qn("w:rPr")}
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_HEADING_NAME = re.compile(r"heading (\d)", re.IGNORECASE)
_NOTES = re.compile(r"/word/(?:footnotes|endnotes)\d*\.xml")


def read(path: Path, about: About) -> Iterator[Block]:
    """Text as it would be read with all changes accepted; field codes and comments are left out."""
    check_archive(path)
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise ExtractionFailed("The file is not a readable Word document.") from error
    about.title = document.core_properties.title or ""
    walk = _Walk(_levels(document))
    yield from walk.blocks(document.element.body)
    for part in document.part.package.iter_parts():
        if _NOTES.fullmatch(str(part.partname)):
            walk.outline = Outline()
            for note in xml_of(part.blob):
                yield from walk.blocks(note)


def _levels(document: Any) -> dict[str, int]:
    """Heading levels by style id, also of styles made from heading styles."""
    levels: dict[str, int] = {}
    for style in document.styles:
        level, ancestor = 0, style
        for _ in range(10):  # a chain of styles may be a circle
            level = _level_of(ancestor)
            if level or ancestor is None:
                break
            ancestor = getattr(ancestor, "base_style", None)
        if level:
            levels[style.style_id] = level
    return levels


def _level_of(style: Any) -> int:
    if style is None or not style.name:
        return 0
    if style.name.lower() == "title":
        return 1
    named = _HEADING_NAME.match(style.name)
    if named:
        return int(named[1])
    marks = style.element.findall(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    return _outline_level(marks[0]) if marks else 0


def _outline_level(mark: Any) -> int:
    value = mark.get(qn("w:val")) or ""
    return int(value) + 1 if value.isdecimal() and int(value) < 9 else 0


class _Walk:
    def __init__(self, levels: dict[str, int]) -> None:
        self.levels = levels
        self.outline = Outline()

    def blocks(self, container: Any) -> Iterator[Block]:
        """Paragraphs and tables of the container, also those inside content controls."""
        for element in container.iterchildren():
            if element.tag == _P:
                yield from self._paragraph(element)
            elif element.tag == _TBL:
                yield from self._table(element)
            elif element.tag in _WRAPPERS:
                yield from self.blocks(element)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        text = "".join(_texts(element))
        if not text.strip():
            return
        level = self._heading_level(element)
        if level and len(text) <= 300:
            yield self.outline.heading(level, " ".join(text.split()))
            return
        kind: BlockKind = "list_item" if _is_listed(element) else "paragraph"
        yield Block(text=text, kind=kind, heading_path=self.outline.path)

    def _heading_level(self, element: Any) -> int:
        properties = element.find(qn("w:pPr"))
        if properties is None:
            return 0
        mark = properties.find(qn("w:outlineLvl"))
        if mark is not None:
            return _outline_level(mark)
        style = properties.find(qn("w:pStyle"))
        return 0 if style is None else self.levels.get(style.get(qn("w:val")), 0)

    def _table(self, table: Any) -> Iterator[Block]:
        rows, nested = _rows(table)
        for line in labelled_rows(rows):
            yield Block(text=line, kind="table_row", heading_path=self.outline.path)
        for inner in nested:
            yield from self._table(inner)


def _is_listed(element: Any) -> bool:
    return element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None


def _texts(element: Any) -> Iterator[str]:
    """Text of the runs in order, with those of links, insertions and text boxes."""
    for child in element.iterchildren():
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _GONE and isinstance(child.tag, str):
            yield from _texts(child)
            if child.tag == _P:
                yield "\n"


def _rows(table: Any) -> tuple[list[list[str]], list[Any]]:
    """Cells by row, merged ones repeated below where they continue; and the tables inside cells."""
    rows: list[list[str]] = []
    nested: list[Any] = []
    above: dict[int, str] = {}
    for row in _below(table, _TR):
        cells: list[str] = []
        for cell in _below(row, _TC):
            column = len(cells)
            text = " ".join("".join(_texts(p)).strip() for p in _below(cell, _P))
            nested.extend(_below(cell, _TBL))
            text = above.get(column, text) if _continues(cell) else text
            above[column] = text
            cells.extend([text, *[""] * (_span(cell) - 1)])
        rows.append(cells)
    return rows, nested


def _below(element: Any, tag: str) -> Iterator[Any]:
    for child in element.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _below(child, tag)


def _continues(cell: Any) -> bool:
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val"), "continue") == "continue"


def _span(cell: Any) -> int:
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    value = "" if span is None else span.get(qn("w:val"), "")
    return min(int(value), 100) if value.isdecimal() and value != "0" else 1
