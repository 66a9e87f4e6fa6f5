"""Reads odt: headings, paragraphs, lists and tables of an OpenDocument text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.knowledge.domain.extraction import Block, ExtractionFailed

from .archive import opened_archive, xml_of
from .reading import About, Outline
from .tables import labelled_rows

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _OFFICE = (f"{{{_NS}{name}:1.0}}" for name in ("text", "table", "office"))
_H, _P, _ITEM = f"{_TEXT}h", f"{_TEXT}p", f"{_TEXT}list-item"
_LEFT_OUT = {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}sequence-decls"}
_SIGNS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n", f"{_TEXT}s": " "}
_MOST_REPEATS = 200


def read(path: Path, about: About) -> Iterator[Block]:
    """The text in order. Raises ExtractionFailed when it is encrypted or damaged."""
    with opened_archive(path) as archive:
        try:
            content = archive.read("content.xml")
        except KeyError as error:
            raise ExtractionFailed("The file is not an OpenDocument text.") from error
        if "meta.xml" in archive.namelist():
            title = xml_of(archive.read("meta.xml")).find(
                ".//{http://purl.org/dc/elements/1.1/}title"
            )
            about.title = "" if title is None else title.text or ""
    body = xml_of(content).find(f".//{_OFFICE}text")
    if body is None:
        raise ExtractionFailed("The file is not an OpenDocument text.")
    yield from _blocks(body, Outline(), in_list=False)


def _blocks(container: Any, outline: Outline, *, in_list: bool) -> Iterator[Block]:
    for element in container.iterchildren():
        if element.tag == _H:
            level = element.get(f"{_TEXT}outline-level", "1")
            if text := " ".join("".join(_texts(element)).split()):
                yield outline.heading(int(level) if level.isdecimal() else 1, text)
        elif element.tag == _P:
            text = "".join(_texts(element))
            kind = "list_item" if in_list else "paragraph"
            yield Block(text=text, kind=kind, heading_path=outline.path)  # type: ignore[arg-type]
        elif element.tag == f"{_TABLE}table":
            for line in labelled_rows(_rows(element)):
                yield Block(text=line, kind="table_row", heading_path=outline.path)
        elif element.tag not in _LEFT_OUT and isinstance(element.tag, str):
            yield from _blocks(element, outline, in_list=in_list or element.tag == _ITEM)


def _texts(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element.iterchildren():
        if child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _LEFT_OUT and isinstance(child.tag, str):
            yield from _texts(child)
        yield child.tail or ""


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            repeats = cell.get(f"{_TABLE}number-columns-repeated", "1")
            text = " ".join("".join(_texts(p)) for p in cell.iter(_P, _H))
            cells.extend([text] * min(int(repeats) if repeats.isdecimal() else 1, _MOST_REPEATS))
        yield cells
