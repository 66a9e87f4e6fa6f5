"""Reads the text layer of PDFs page by page, in PDFium's reading order."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from services.knowledge.domain.extraction import Block, ExtractionFailed

from .cleaning import one_line
from .reading import About, Outline

_SAMPLED_PAGES = 24
_LONGEST_OUTLINE = 5_000
_BREAK = re.compile(r"(\w*)[\x02\ufffe]\r?\n?(\w*)|(\w{2,})[-\xad]\r?\n([a-zß-ÿ]\w*)")
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:;。！？…]['\"”’)\]]*$")
_ITEM = re.compile(r"^(?:[•●○▪■◦‣–*·]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")

Headings = dict[int, list[tuple[int, str]]]


def read(path: Path, about: About) -> Iterator[Block]:
    """Paragraphs by page; headings come from the document's own outline.

    Raises ExtractionFailed for encrypted and broken files, and where no page has a text layer.
    """
    document = _opened(path)
    try:
        about.page_count = len(document)
        about.title = one_line(document.get_metadata_value("Title"))
        yield from _pages(document, about)
    finally:
        document.close()


def _opened(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise ExtractionFailed("The PDF is encrypted and needs a password.") from error
        raise ExtractionFailed("The file is not a readable PDF: it is damaged.") from error


def _pages(document: pypdfium2.PdfDocument, about: About) -> Iterator[Block]:
    outline = Outline()
    headings = _headings(document)
    running = _Running(_running_lines(document))
    without_text = 0
    for index in range(len(document)):
        lines = running.trimmed(_lines(document, index))
        without_text += not lines
        outline.page = index + 1
        yield from _blocks(lines, headings.get(index, []), outline)
    if without_text:
        about.metadata["pages_without_text"] = str(without_text)
    if without_text == len(document):
        raise ExtractionFailed(_why_no_text(document))


def _why_no_text(document: pypdfium2.PdfDocument) -> str:
    for index in range(min(len(document), 5)):
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            continue
        if any(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
            return "No text found: the pages look scanned."
    return "No text found in the PDF."


def _lines(document: pypdfium2.PdfDocument, index: int) -> list[str]:
    """The page's lines with hyphenated words joined; a page that cannot be loaded has none."""
    try:
        page = document[index]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []
    text = text_page.get_text_bounded() or text_page.get_text_range()
    text_page.close()
    page.close()
    return [line for raw in _joined(text).splitlines() if (line := one_line(raw))]


def _joined(text: str) -> str:
    def join(match: re.Match[str]) -> str:
        left, right = match[1] or match[3] or "", match[2] or match[4] or ""
        compound = right[:1].isupper() or right[:1].isdigit() or f"{left}-{right}" in text
        return f"{left}-{right}" if compound else left + right

    return _BREAK.sub(join, text)


def _running_lines(document: pypdfium2.PdfDocument) -> frozenset[str]:
    """Page headers and footers, digits aside: what stands at the edge of many pages."""
    count = len(document)
    if count < 4:
        return frozenset()
    step = max(1, count // _SAMPLED_PAGES)
    # Neighbours are sampled in pairs, as left and right pages have headers of their own.
    wanted = sorted({i + j for i in range(0, count, 2 * step) for j in (0, 1) if i + j < count})
    seen: Counter[str] = Counter()
    for index in wanted[: 2 * _SAMPLED_PAGES]:
        seen.update({_shape(line) for line in _edges(_lines(document, index))})
    enough = max(3, len(wanted) // 3)
    return frozenset(line for line, times in seen.items() if times >= enough)


def _edges(lines: list[str]) -> list[str]:
    return [line for line in (*lines[:2], *lines[-2:]) if len(line) <= 120]


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line)


class _Running:
    """Takes page headers and footers off, all but the first of each: it may be the title."""

    def __init__(self, shapes: frozenset[str]) -> None:
        self.shapes = shapes
        self.seen: set[str] = set()

    def trimmed(self, lines: list[str]) -> list[str]:
        edges = {*range(min(2, len(lines))), *range(max(0, len(lines) - 2), len(lines))}
        return [line for at, line in enumerate(lines) if at not in edges or self._stays(line)]

    def _stays(self, line: str) -> bool:
        shape = _shape(line)
        if shape not in self.shapes:
            return True
        is_first = shape not in self.seen
        self.seen.add(shape)
        return is_first and any(character.isalpha() for character in shape)


def _headings(document: pypdfium2.PdfDocument) -> Headings:
    """The outline's entries by page index, as (level, title)."""
    found: Headings = {}
    for entry in islice(document.get_toc(max_depth=6), _LONGEST_OUTLINE):
        target = entry.get_dest()
        index = target.get_index() if target else None
        title = one_line(entry.get_title())
        if index is not None and title:
            found.setdefault(index, []).append((entry.level + 1, title))
    return found


def _blocks(lines: list[str], headings: list[tuple[int, str]], outline: Outline) -> Iterator[Block]:
    """Paragraphs of one page; a line that is an outline entry is a heading."""
    pending = list(headings)
    held: list[str] = []
    for line in lines:
        match = next((h for h in pending if _is_heading(line, h[1])), None)
        if match:
            yield from _paragraphs(held, outline)
            held = []
            for skipped in pending[: pending.index(match)]:
                outline.heading(*skipped)
            pending = pending[pending.index(match) + 1 :]
            yield outline.heading(match[0], line)
        else:
            held.append(line)
    yield from _paragraphs(held, outline)
    for unseen in pending:
        outline.heading(*unseen)


def _is_heading(line: str, title: str) -> bool:
    line, title = line.casefold(), title.casefold()
    return line == title or (len(line) <= len(title) + 12 and line.endswith(title))


def _paragraphs(lines: list[str], outline: Outline) -> Iterator[Block]:
    if not lines:
        return
    usual = sorted(map(len, lines))[len(lines) * 3 // 4]
    held: list[str] = []
    for line in lines:
        if held and _ITEM.match(line):
            yield _paragraph(held, outline)
            held = []
        held.append(line)
        # A line that ends early ends its paragraph; in tables every line does.
        short = len(line) < usual * 0.75
        if short and (_SENTENCE_END.search(line) or len(line) < usual * 0.5):
            yield _paragraph(held, outline)
            held = []
    if held:
        yield _paragraph(held, outline)


def _paragraph(lines: list[str], outline: Outline) -> Block:
    text = "\n".join(lines) if _is_tabular(lines) else " ".join(lines)
    return Block(text=text, page=outline.page, heading_path=outline.path)


def _is_tabular(lines: list[str]) -> bool:
    """Whether most lines hold about as many numbers as words, so that line ends carry meaning."""
    words = " ".join(lines).split()
    numbers = sum(any(c.isdigit() for c in word) for word in words)
    return len(lines) > 1 and numbers * 3 > len(words)
