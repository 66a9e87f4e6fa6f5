"""What reading a document yields: blocks of clean text with their positions, or a reason why not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "paragraph", "list_item", "table_row", "code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of clean text that belongs together.

    text: never blank; no control characters but line feeds.
    page: 1-based page or slide, None where the format has none.
    heading_path: the headings above the block, outermost first; a sheet's name counts as one.
    level: 1 is the outermost heading; 0 for everything that is not a heading.
    """

    text: str
    kind: BlockKind = "paragraph"
    page: int | None = None
    heading_path: tuple[str, ...] = ()
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedDocument:
    """The text of one document in reading order.

    blocks: can be iterated more than once and may be read lazily from disk; never empty.
    title: the document's own title, "" where it has none.
    page_count: None where the format has no pages.
    metadata: what the reader found worth telling, such as a guessed encoding.
    """

    blocks: Iterable[Block]
    title: str = ""
    page_count: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


class ExtractionFailed(Exception):
    """The document cannot be read; `reason` is a sentence for its owner."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
