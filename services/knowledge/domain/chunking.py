"""Cuts a document into passages of bounded token count that read well on their own."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

from .extraction import Block

_SEGMENT = 16_384  # characters tokenised at once
# To some tokenizers an unbroken line is one token: a token counts for at most this many characters.
_TOKEN_CHARACTERS = 8
_LONGEST_HEADING = 1_000  # characters
_PATH = " > "  # between the levels of a heading
# A heading ends a chunk that holds more than this part of its size: sections of a usual length stay
# apart, so that a passage is about one thing; a run of tiny ones is still kept together.
_SECTION = 8
_SENTENCES = re.compile(
    r"(?<=[.!?…])\s+(?=[^a-z])|(?<=[.!?…][\"'”’)\]])\s+|(?<=[。！？।؟])\s*|\n+(?=[^a-z(])"
)
_LINES = re.compile(r"\n+")


Piece = tuple[int, int, int]  # start, end, tokens


class Tokenizer(Protocol):
    """Counts as the embedding model does."""

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Start and end of every token, in characters of the text, without special tokens.

        No token spans white space, so that the counts of words add up.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One passage; `text` is `document[start_char:end_char]`.

    The document's text is that of its blocks, joined by line feeds.
    page, page_end: 1-based, of its first and last line; None where the format has no pages.
    heading: the path of headings above it, joined by " > "; "" for none; 1,000 characters at most.
    """

    index: int
    text: str
    tokens: int
    start_char: int
    end_char: int
    page: int | None
    page_end: int | None
    heading: str

    @property
    def searched_text(self) -> str:
        """What is embedded and analysed: the text below those of its headings that it lacks.

        "Three days only." is found under "Borrowing > Tools", where a title says what it is about.
        """
        opening = self.text[:_LONGEST_HEADING]
        missing = [part for part in self.heading.split(_PATH) if part and part not in opening]
        return "\n".join((_PATH.join(missing), self.text)) if missing else self.text


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence, row or line of a block: what is kept whole where it fits."""

    block: Block
    block_at: int  # where the block starts in the document
    start: int  # in the block's text
    end: int
    tokens: int

    @property
    def cost(self) -> int:
        return max(self.tokens, -(-(self.end - self.start) // _TOKEN_CHARACTERS))

    @property
    def is_heading(self) -> bool:
        return self.block.kind == "heading"


def chunk(
    blocks: Iterable[Block], *, size_tokens: int, overlap_tokens: int, tokenizer: Tokenizer
) -> Iterator[Chunk]:
    """Chunks in order, made lazily: memory does not grow with the document.

    No chunk has more than size_tokens tokens; neighbours share whole sentences of at most
    overlap_tokens (less than size_tokens) unless a heading separates them; all text is covered.
    """
    if size_tokens < 8 or not 0 <= overlap_tokens < size_tokens:
        raise ValueError("chunks need 8 tokens or more, and an overlap that is smaller")
    packer = _Packer(size=size_tokens, overlap=overlap_tokens)
    for part in _Cutter(size_tokens, tokenizer).parts(blocks):
        yield from packer.add(part)
    yield from packer.finish()


@dataclass(slots=True)
class _Packer:
    """Fills one chunk at a time."""

    size: int
    overlap: int
    held: list[_Part] = field(default_factory=list)
    cost: int = 0
    repeated: int = 0  # how many of the held parts the chunk before has too
    index: int = 0

    def add(self, part: _Part) -> Iterator[Chunk]:
        opens_section = part.is_heading and not (self.held and self.held[-1].is_heading)
        if opens_section and self.cost > self.size // _SECTION and len(self.held) > self.repeated:
            yield self._chunk(self.held)
            self._start([], repeated=0)
        if self.cost + part.cost > self.size:
            yield from self._break(part)
        self.held.append(part)
        self.cost += part.cost

    def finish(self) -> Iterator[Chunk]:
        if len(self.held) > self.repeated:
            yield self._chunk(self.held)

    def _break(self, part: _Part) -> Iterator[Chunk]:
        """Ends the chunk before the part; headings at its end move on, to stay with their text."""
        body = len(self.held)
        while body > self.repeated and self.held[body - 1].is_heading:
            body -= 1
        kept, moved = self.held[:body], self.held[body:]
        if body > self.repeated:
            yield self._chunk(kept)
        if moved:
            self._start(moved, repeated=0)
        else:
            tail = _tail(kept, min(self.overlap, self.size - part.cost))
            self._start(tail, repeated=len(tail))
        if self.cost + part.cost > self.size:  # headings as long as their text
            yield self._chunk(self.held)
            self._start([], repeated=0)

    def _start(self, parts: list[_Part], *, repeated: int) -> None:
        self.held = list(parts)
        self.cost = sum(part.cost for part in parts)
        self.repeated = repeated

    def _chunk(self, parts: list[_Part]) -> Chunk:
        first, last = parts[0], parts[-1]
        named = next((p for p in parts[self.repeated :] if not p.is_heading), first)
        self.index += 1
        return Chunk(
            index=self.index - 1,
            text=_text(parts),
            tokens=sum(part.tokens for part in parts),
            start_char=first.block_at + first.start,
            end_char=last.block_at + last.end,
            page=first.block.page,
            page_end=last.block.page,
            heading=_heading(named.block)[:_LONGEST_HEADING],
        )


def _tail(parts: list[_Part], budget: int) -> list[_Part]:
    """The last parts that fit the budget: never a heading, never all of them."""
    first = len(parts)
    while first > 1 and not parts[first - 1].is_heading:
        budget -= parts[first - 1].cost
        if budget < 0:
            break
        first -= 1
    return parts[first:]


def _text(parts: list[_Part]) -> str:
    """The parts follow one another, so each block gives one slice."""
    slices = []
    for _, group in groupby(parts, key=lambda part: part.block_at):
        of_block = list(group)
        slices.append(of_block[0].block.text[of_block[0].start : of_block[-1].end])
    return "\n".join(slices)


def _heading(block: Block) -> str:
    path = block.heading_path
    return _PATH.join((*path, block.text) if block.kind == "heading" else path)


@dataclass(frozen=True, slots=True)
class _Cutter:
    """Divides blocks into parts, none of them over the size of a chunk."""

    size: int
    tokenizer: Tokenizer

    def parts(self, blocks: Iterable[Block]) -> Iterator[_Part]:
        block_at = 0
        for block in blocks:
            for start, end in _segments(block.text):
                for piece in self._measured(block, start, end):
                    yield _Part(block, block_at, *piece)
            block_at += len(block.text) + 1

    def _measured(self, block: Block, start: int, end: int) -> Iterator[Piece]:
        """The sentences between start and end with their counts."""
        text = block.text
        starts = [at + start for at, _ in self.tokenizer.offsets(text[start:end])]
        for left, right in _split(text, start, end, _bounds(block)):
            tokens = bisect_left(starts, right) - bisect_left(starts, left)
            if tokens <= self.size and right - left <= self.size * _TOKEN_CHARACTERS:
                yield left, right, tokens
            else:
                yield from self._cut(text, left, right)

    def _cut(self, text: str, start: int, end: int) -> Iterator[Piece]:
        """Pieces of what is too long, a little smaller so that headings fit before them."""
        room = self.size - self.size // 8
        while bounds := _stripped(text, start, end):
            start = bounds[0]
            window = text[start : min(bounds[1], start + room * _TOKEN_CHARACTERS)]
            length, tokens = self._fitting(window, room, whole=start + len(window) == bounds[1])
            yield start, start + length, tokens
            start += length

    def _fitting(self, window: str, room: int, *, whole: bool) -> tuple[int, int]:
        """Length and tokens of the longest good beginning of the window: at least a character."""
        offsets = self.tokenizer.offsets(window)
        if whole and len(offsets) <= room:
            return len(window), len(offsets)
        length = offsets[room - 1][1] if len(offsets) > room else len(window)
        while length > 1:
            length = _kind_cut(window, length)
            tokens = len(self.tokenizer.offsets(window[:length]))
            if tokens <= room:
                return length, tokens
            length -= max(1, length // 8)
        return 1, 1


def _bounds(block: Block) -> re.Pattern[str] | None:
    """Where the block may be cut without harm; None where it should stay whole."""
    if block.kind in {"table_row", "heading"}:
        return None
    return _LINES if block.kind == "code" else _SENTENCES


def _segments(text: str) -> Iterator[tuple[int, int]]:
    """Bounds of pieces of bounded length, cut at white space where there is some."""
    start = 0
    while len(text) - start > _SEGMENT:
        end = start + _SEGMENT
        cut = max(text.rfind("\n", start, end), text.rfind(" ", start, end))
        end = cut if cut > start + _SEGMENT // 2 else end
        yield start, end
        start = end
    yield start, len(text)


def _split(
    text: str, start: int, end: int, bounds: re.Pattern[str] | None
) -> Iterator[tuple[int, int]]:
    """Bounds of the sentences, without the white space around them."""
    left = start
    for match in bounds.finditer(text, start, end) if bounds else ():
        if right := _stripped(text, left, match.start()):
            yield right
        left = match.end()
    if right := _stripped(text, left, end):
        yield right


def _stripped(text: str, left: int, right: int) -> tuple[int, int] | None:
    while left < right and text[left].isspace():
        left += 1
    while right > left and text[right - 1].isspace():
        right -= 1
    return (left, right) if left < right else None


def _kind_cut(window: str, length: int) -> int:
    """A cut at the end of a line, cell, clause or word in the last half, else where it must be."""
    for mark in ("\n", "; ", ", ", " "):
        at = window.rfind(mark, length // 2, length)
        if at > 0:
            return len(window[: at + len(mark.rstrip())].rstrip())
    return length
