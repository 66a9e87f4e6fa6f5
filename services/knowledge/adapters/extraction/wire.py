"""How a child process hands its blocks back: JSON lines, checked field by field."""

import json
from collections.abc import Iterator
from typing import IO, Any, get_args

from services.knowledge.domain.extraction import Block, BlockKind, ExtractionFailed

from .reading import About

_KINDS = frozenset(get_args(BlockKind))
_GARBLED = "The document made its reader stop half way."
_LONGEST_LINE = 64 * 1024 * 1024


def block_line(block: Block) -> bytes:
    """One block as one line."""
    row = [block.kind, block.text, block.page, block.heading_path, block.level]
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def end_line(about: About) -> bytes:
    """The last line of a document that was read whole."""
    row = {"title": about.title, "page_count": about.page_count, "metadata": about.metadata}
    return json.dumps(row).encode() + b"\n"


def failure_line(reason: str) -> bytes:
    """The last line of a document that cannot be read."""
    return json.dumps({"failed": reason}).encode() + b"\n"


def blocks_of(file: IO[bytes]) -> Iterator[Block]:
    """Blocks from the file's current position up to its last line."""
    while (line := file.readline(_LONGEST_LINE)).startswith(b"["):
        try:
            yield _block_of(line)
        except (ValueError, TypeError) as error:
            raise ExtractionFailed(_GARBLED) from error


def _block_of(line: bytes) -> Block:
    kind, text, page, heading_path, level = json.loads(line)
    if kind not in _KINDS:
        raise ValueError(f"unknown kind of block: {kind!r}")
    return Block(
        kind=kind,
        text=str(text),
        page=None if page is None else int(page),
        heading_path=tuple(map(str, heading_path)),
        level=int(level),
    )


def about_of(last_line: bytes) -> About:
    """The facts of the last line. Raises ExtractionFailed where it tells a failure, or nothing."""
    try:
        row: dict[str, Any] = json.loads(last_line)
        if "failed" not in row:
            return _about_of(row)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ExtractionFailed(_GARBLED) from error
    raise ExtractionFailed(str(row["failed"])[:500])


def _about_of(row: dict[str, Any]) -> About:
    page_count = row["page_count"]
    return About(
        title=str(row["title"])[:500],
        page_count=None if page_count is None else int(page_count),
        metadata={str(name): str(value) for name, value in row["metadata"].items()},
    )
