"""Reads HTML: what a visitor sees, with its headings, lists and tables."""

import re
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.knowledge.domain.extraction import Block, BlockKind

from .cleaning import one_line
from .encoding import encoding_of
from .reading import About, Outline
from .tables import labelled_rows

_UNSEEN = frozenset({
    "head", "script", "style", "noscript", "template", "svg", "math", "nav", "iframe",
    "object", "select", "datalist", "button", "input", "textarea", "canvas", "audio", "video",
    "map", "dialog",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
    "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s",
    "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    "-text",
})  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]+)", re.IGNORECASE)
_MOST_CELL_CHARACTERS = 2_000


def read(path: Path, about: About) -> Iterator[Block]:
    """Blocks of the page in order, decoded as its byte order mark, its meta tag or a guess says."""
    content = path.read_bytes()
    yield from page_blocks(decoded(content, path, about), about, Outline())


def decoded(content: bytes, path: Path, about: About) -> str:
    """The page as text; its encoding is noted."""
    encoding = encoding_of(path)
    name = encoding.name
    declared = _META_CHARSET.search(content[:4096])
    if encoding.guessed and declared and not name.startswith("utf"):
        name = _codec(declared[1].decode("ascii"), name)
    about.metadata["encoding"] = name
    return content.decode(name, "replace")


def _codec(declared: str, fallback: str) -> str:
    """As browsers do, Latin-1 means Windows-1252."""
    name = declared.lower()
    if name in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"}:
        return "cp1252"
    try:
        b"".decode(name)
    except LookupError:
        return fallback
    return fallback if name.startswith("utf") else name


def page_blocks(html: str, about: About, outline: Outline) -> Iterator[Block]:
    """Blocks of one page below the headings that are open already."""
    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    if title is not None and not about.title:
        about.title = one_line(title.text())
    if tree.body is not None:
        yield from _Walk(outline).blocks(tree.body)


class _Walk:
    """Goes through the tree once without recursion, so that depth does not matter."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.held: list[str] = []
        self.preformatted = 0
        self.items = 0
        self.heading = 0

    def blocks(self, root: LexborNode) -> Iterator[Block]:
        node: LexborNode | None = root
        while node is not None:
            descends, found = self._enter(node)
            yield from found
            below = node.first_child if descends else None
            if below is not None:
                node = below
                continue
            while node is not None:
                if descends:
                    yield from self._leave(node)
                if node.mem_id == root.mem_id:
                    yield from self._flush()
                    return
                if node.next is not None:
                    node = node.next
                    break
                node, descends = node.parent, True

    def _enter(self, node: LexborNode) -> tuple[bool, list[Block]]:
        """Whether to go into the node, and the blocks that end before or with it."""
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            self.held.append(text if self.preformatted else re.sub(r"\s+", " ", text))
            return False, []
        if tag == "br":
            self.held.append("\n")
            return False, []
        if not tag or tag.startswith(("-", "!", "#")) or tag in _UNSEEN or _is_hidden(node):
            return False, []
        if tag in _INLINE:
            return True, []
        found = list(self._flush())
        if tag == "table" and _holds_data(node):
            rows = labelled_rows(_cells(row) for row in node.css("tr"))
            path = self.outline.path
            found += [Block(text=row, kind="table_row", heading_path=path) for row in rows]
            return False, found
        self._count(tag, 1)
        return True, found

    def _leave(self, node: LexborNode) -> Iterator[Block]:
        tag = node.tag or ""
        if tag not in _INLINE:
            yield from self._flush()
            self._count(tag, -1)

    def _count(self, tag: str, step: int) -> None:
        self.preformatted += step * (tag == "pre")
        self.items += step * (tag in {"li", "dd", "dt"})
        self.heading = max(0, self.heading + step * _HEADINGS.get(tag, 0))

    def _flush(self) -> Iterator[Block]:
        text = "".join(self.held)
        self.held = []
        if not text.strip():
            return
        if self.heading:
            yield self.outline.heading(min(self.heading, 6), one_line(text))
            return
        kind: BlockKind = (
            "code" if self.preformatted else "list_item" if self.items else "paragraph"
        )
        yield Block(text=text, kind=kind, heading_path=self.outline.path)


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style and _HIDDEN_STYLE.search(style))


def _holds_data(table: LexborNode) -> bool:
    """A table of short cells in several columns; others are there for the layout."""
    if len(table.css("table")) > 1 or len(table.css("tr")) < 2:
        return False
    cells = table.css("td, th")
    several = any(len(row.css("td, th")) > 1 for row in table.css("tr"))
    return several and all(len(c.text()) <= _MOST_CELL_CHARACTERS for c in cells)


def _cells(row: LexborNode) -> list[str]:
    return [one_line(cell.text(separator=" ")) for cell in row.css("td, th")]
