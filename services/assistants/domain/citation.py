"""Which passages support which characters of an answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

EXCERPT_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a document that a search found. `score` is 0 to 1; `page` counts from 1."""

    document_id: int
    document_name: str
    kind: str
    url: str
    page: int | None
    heading: str
    chunk: int
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSpan:
    """Characters `start` to `end` (exclusive) of the answer, and positions of passages behind them."""

    start: int | None
    end: int | None
    text: str
    passages: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One passage behind one span; `text` is an excerpt of the passage."""

    passage: Passage
    text: str
    start: int | None
    end: int | None


def within(passages: Iterable[Passage], *, characters: int) -> tuple[Passage, ...]:
    """The best passages, which together have at most `characters`; the last one may be cut."""
    kept: list[Passage] = []
    left = characters
    for passage in passages:
        if left <= 0:
            break
        kept.append(replace(passage, text=passage.text[:left]))
        left -= len(passage.text)
    return tuple(kept)


def gather(passages: Sequence[Passage], spans: Iterable[CitedSpan]) -> list[Citation]:
    """A citation for each passage of each span: the best passage first, then as in the answer.

    Passages come best first. A position that no passage has is left out.
    """
    found = {
        (position, span.start or 0, span.end or 0): span
        for span in spans
        for position in span.passages
        if 0 <= position < len(passages)
    }
    return [
        Citation(
            passage=passages[position],
            text=excerpt(passages[position].text, around=span.text),
            start=span.start,
            end=span.end,
        )
        for (position, _, _), span in sorted(found.items(), key=lambda entry: entry[0])
    ]


def uncited(passages: Sequence[Passage]) -> list[Citation]:
    """The passages that a model was given which cannot say what it took from where."""
    return [
        Citation(passage=passage, text=excerpt(passage.text), start=None, end=None)
        for passage in passages
    ]


def excerpt(text: str, *, around: str = "") -> str:
    """At most EXCERPT_CHARACTERS of `text`, with the quote `around` in it when it occurs."""
    if len(text) <= EXCERPT_CHARACTERS:
        return text
    room = EXCERPT_CHARACTERS - 2  # for an ellipsis at both ends
    at = max(0, text.find(around)) if around else 0
    start = max(0, min(at - max(0, room - len(around)) // 2, len(text) - room))
    cut = text[start : start + room]
    return ("…" if start else "") + cut + ("…" if start + room < len(text) else "")
