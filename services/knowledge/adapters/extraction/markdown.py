"""Reads Markdown: headings become positions, marks of emphasis and links are taken off."""

import re
from collections.abc import Iterator
from pathlib import Path

from services.knowledge.domain.extraction import Block, BlockKind

from .encoding import opened_text
from .reading import About, Outline
from .text import LONGEST_BLOCK, bounded_lines

_ATX = re.compile(r"^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)\s*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_RULE = re.compile(r"^ {0,3}([-*_])(?:\s*\1){2,}\s*$")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
_CODE_SPAN = re.compile(r"`{1,2}([^`]+)`{1,2}")
_EMPHASIS = re.compile(r"(\*\*|__|\*|~~)(?=\S)(.+?)(?<=\S)\1")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<!--.{0,2000}?-->")


def read(path: Path, about: About) -> Iterator[Block]:
    """Headings, paragraphs, list items, code and table rows in order."""
    with opened_text(path, about) as file:
        yield from MarkdownWalk(about).blocks(bounded_lines(file))


class MarkdownWalk:
    """Goes through the lines once, holding only the block that is being gathered."""

    def __init__(self, about: About) -> None:
        self.about = about
        self.outline = Outline()
        self.held: list[str] = []
        self.size = 0
        self.kind: BlockKind = "paragraph"
        self.columns: list[str] = []
        self.fence = ""

    def blocks(self, lines: Iterator[str]) -> Iterator[Block]:
        """Blocks of the lines; an opening front matter between `---` lines is skipped."""
        for number, line in enumerate(lines):
            if number == 0 and line.strip() == "---":
                yield from self._front_matter(lines)
                continue
            yield from self._code(line) if self.fence else self._line(line)
            if self.size > LONGEST_BLOCK:
                yield from self._flush()
        yield from self._flush()

    def _front_matter(self, lines: Iterator[str]) -> Iterator[Block]:
        for line in lines:
            if line.strip() in {"---", "..."}:
                return
            if line.lower().startswith("title:"):
                self.about.title = line[6:].strip().strip("\"'")
            yield Block(text=line or " ", heading_path=self.outline.path)

    def _line(self, line: str) -> Iterator[Block]:
        if fence := _FENCE.match(line):
            yield from self._flush()
            self.fence, self.kind = fence.group(1), "code"
        elif heading := _ATX.match(line):
            yield from self._heading(len(heading.group(1)), heading.group(2) or "")
        elif self.held and self.kind == "paragraph" and (setext := _SETEXT.match(line)):
            text, self.held = " ".join(self.held), []
            yield from self._heading(1 if setext.group(1)[0] == "=" else 2, text)
        elif not line.strip() or _RULE.match(line):
            yield from self._flush()
        elif "|" in line and (self.columns or line.lstrip().startswith("|")):
            yield from self._row(line)
        else:
            yield from self._prose(line)

    def _prose(self, line: str) -> Iterator[Block]:
        if item := _ITEM.match(line):
            yield from self._flush()
            self.kind = "list_item"
            line = line[item.end() :]
        self._hold(_plain(line.lstrip(" >\t")))

    def _heading(self, level: int, text: str) -> Iterator[Block]:
        yield from self._flush()
        if title := _plain(text).strip():
            self.about.title = self.about.title or title
            yield self.outline.heading(level, title)

    def _code(self, line: str) -> Iterator[Block]:
        if line.strip().startswith(self.fence) and not line.strip().strip(self.fence[0]):
            yield from self._flush()
        else:
            self._hold(line)

    def _row(self, line: str) -> Iterator[Block]:
        if self.held:
            yield from self._flush()
        if _TABLE_RULE.match(line):
            return
        cells = [_plain(cell).strip() for cell in line.strip().strip("|").split("|")]
        if not self.columns:
            self.columns = cells
            cells_named = [("", cell) for cell in cells]
        else:
            names = self.columns + [""] * len(cells)
            cells_named = list(zip(names, cells, strict=False))
        pairs = [f"{name}: {cell}" if name else cell for name, cell in cells_named if cell]
        if pairs:
            yield Block(text="; ".join(pairs), kind="table_row", heading_path=self.outline.path)

    def _hold(self, line: str) -> None:
        self.held.append(line)
        self.size += len(line)

    def _flush(self) -> Iterator[Block]:
        # A line break inside a paragraph only wraps it; in code it means something.
        text = ("\n" if self.kind == "code" else " ").join(self.held)
        if text.strip():
            yield Block(text=text, kind=self.kind, heading_path=self.outline.path)
        self.held, self.size, self.kind, self.columns, self.fence = [], 0, "paragraph", [], ""


def _plain(text: str) -> str:
    """Without marks; what stands in backticks is kept to the letter."""
    pieces = _CODE_SPAN.split(text)
    pieces[::2] = [_unmarked(piece) for piece in pieces[::2]]
    return "".join(pieces)


def _unmarked(text: str) -> str:
    text = _LINK.sub(r"\1 (\2)", _IMAGE.sub(r"\1", text))
    return _EMPHASIS.sub(r"\2", _TAG.sub("", text))
