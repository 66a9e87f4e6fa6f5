"""Reads pptx: each slide's title, texts, tables and notes, with the slide's number as the page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pptx
from pptx.exc import PackageNotFoundError

from services.knowledge.domain.extraction import Block, ExtractionFailed

from .archive import check_archive
from .reading import About, Outline
from .tables import labelled_rows

_DEEPEST_GROUP = 20


def read(path: Path, about: About) -> Iterator[Block]:
    """Slides in order; hidden slides are left out."""
    check_archive(path)
    try:
        deck = pptx.Presentation(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise ExtractionFailed("The file is not a readable presentation.") from error
    about.title = deck.core_properties.title or ""
    about.page_count = len(deck.slides)
    for number, slide in enumerate(deck.slides, start=1):
        if slide.element.get("show") != "0":
            yield from _slide_blocks(slide, number)


def _slide_blocks(slide: Any, number: int) -> Iterator[Block]:
    outline = Outline(page=number)
    title = slide.shapes.title
    if title is not None and title.has_text_frame and title.text_frame.text.strip():
        yield outline.heading(1, " ".join(title.text_frame.text.split()))
    for shape in _shapes(slide.shapes, 0):
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape_blocks(shape, outline)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from _paragraphs(slide.notes_slide.notes_text_frame, outline)


def _shapes(shapes: Any, depth: int) -> Iterator[Any]:
    """Shapes in order, also those in groups."""
    for shape in shapes:
        if hasattr(shape, "shapes") and depth < _DEEPEST_GROUP:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _shape_blocks(shape: Any, outline: Outline) -> Iterator[Block]:
    if getattr(shape, "has_table", False):
        rows = ([cell.text_frame.text for cell in row.cells] for row in shape.table.rows)
        for line in labelled_rows(rows):
            yield _block(line, "table_row", outline)
    elif getattr(shape, "has_text_frame", False):
        yield from _paragraphs(shape.text_frame, outline)


def _paragraphs(frame: Any, outline: Outline) -> Iterator[Block]:
    for paragraph in frame.paragraphs:
        if text := paragraph.text.strip():
            yield _block(text, "list_item" if paragraph.level else "paragraph", outline)


def _block(text: str, kind: Any, outline: Outline) -> Block:
    return Block(text=text, kind=kind, page=outline.page, heading_path=outline.path)
