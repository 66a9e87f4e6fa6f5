"""Lines of text with WhatsApp's marks, and how they are laid into messages that it takes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

MESSAGE_CHARACTERS = 4096
"""What one text message of WhatsApp may have."""
BOLD, ITALIC, STRIKE, MONO = "*", "_", "~", "```"
ELLIPSIS = "…"
_SENTENCE_END = re.compile(r"[.!?…]['\")\]]?(?=\s)|[。！？]")
_SHORTEST_PART = 0.5  # of what fits: a cut before that would waste too much


@dataclass(frozen=True, slots=True)
class Span:
    """Text on one line; `marks` from the outermost inwards, MONO alone."""

    text: str
    marks: tuple[str, ...] = ()


Line = tuple[Span, ...]
"""Without a line break; an empty one separates blocks."""


def plain(text: str) -> Line:
    """A line without marks."""
    return (Span(text),) if text else ()


def written(line: Line) -> str:
    """As WhatsApp reads it.

    Marks must hug their text, and count only between characters that are no letters; there is no
    way to escape one. Where a mark would be shown instead of obeyed it is left out.
    """
    spans = _merged(line)
    texts = [span.text for span in spans]
    parts = []
    for at, span in enumerate(spans):
        before, after = "".join(texts[:at])[-1:], "".join(texts[at + 1 :])[:1]
        parts.append(_marked(span, before=before, after=after))
    return "".join(parts).rstrip()


def _merged(line: Line) -> list[Span]:
    grouped = groupby(line, key=lambda span: span.marks)
    return [Span("".join(span.text for span in same), marks) for marks, same in grouped]


def _marked(span: Span, *, before: str, after: str) -> str:
    core = span.text.strip()
    if not core:
        return span.text
    start = span.text.index(core)
    left, right = span.text[:start], span.text[start + len(core) :]
    if (before.isalnum() and not left) or (after.isalnum() and not right):
        return span.text
    marks = "".join(mark for mark in span.marks if mark not in core)
    closing = marks if marks == MONO else marks[::-1]
    return f"{left}{marks}{core}{closing}{right}"


def messages(
    lines: Sequence[Line], *, tail: Sequence[Line] = (), at_most: int = 1
) -> tuple[str, ...]:
    """The lines in messages of at most MESSAGE_CHARACTERS each, the tail behind them.

    Broken between lines, else behind a sentence, else between words; what `at_most` messages do
    not hold is left out, with an ellipsis in its place, but the tail stays (it has to be short).
    """
    # Whether WhatsApp counts a character beyond the basic plane once or twice it does not say.
    astral = sum(ord(character) > 0xFFFF for line in lines for s in line for character in s.text)
    limit = max(MESSAGE_CHARACTERS - astral, MESSAGE_CHARACTERS // 2)
    ending = [(), *tail] if tail else []
    told, rest = _laid([*lines, *ending], [limit] * at_most)
    if rest:
        room = limit - sum(len(written(line)) + 1 for line in ending) - len(ELLIPSIS) - 1
        told, _ = _laid(lines, [limit] * (at_most - 1) + [room])
        told[-1] = [*_elided(told[-1]), *ending]
    return tuple(text for text in map(_text, told) if text)


def _text(lines: Iterable[Line]) -> str:
    return "\n".join(map(written, lines)).strip("\n")


def _elided(lines: list[Line]) -> list[Line]:
    while lines and not lines[-1]:
        lines = lines[:-1]
    if not lines:
        return [plain(ELLIPSIS)]
    ends = "".join(span.text for span in lines[-1]).rstrip()[-1:]
    glue = "" if ends.isalnum() else " "
    return [*lines[:-1], (*lines[-1], Span(f"{glue}{ELLIPSIS}"))]


def _laid(lines: Sequence[Line], rooms: Sequence[int]) -> tuple[list[list[Line]], list[Line]]:
    """The lines of one message after the other, each as long as its room; and what was left over."""
    left = list(lines)
    told: list[list[Line]] = []
    for room in rooms:
        here: list[Line] = []
        used = 0
        while left and used + len(written(left[0])) <= room:
            used += len(written(left[0])) + 1
            here.append(left.pop(0))
        is_last = len(told) == len(rooms) - 1
        if left and (is_last or not here or len(written(left[0])) > max(rooms)):
            part, remainder = split(left[0], room - used)
            if part:
                here.append(part)
                left[0] = remainder
        told.append(here)
        while left and not left[0]:
            left.pop(0)
    return told, left


def split(line: Line, width: int) -> tuple[Line, Line]:
    """The part of a line that is at most `width` long, and the rest; the part may be empty."""
    text = "".join(span.text for span in line)
    room = width
    while room > 0:
        at = _cut(text, room)
        part, rest = _at(line, at)
        excess = len(written(part)) - width
        if excess <= 0:
            return part, rest
        room = min(room, at) - excess
    return (), line


def _cut(text: str, room: int) -> int:
    if len(text) <= room:
        return len(text)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, room + 1)]
    fitting = [end for end in ends if room * _SHORTEST_PART <= end <= room]
    if fitting:
        return fitting[-1]
    space = text.rfind(" ", 1, room + 1)
    return space if space >= room * _SHORTEST_PART else room


def _at(line: Line, at: int) -> tuple[Line, Line]:
    before: list[Span] = []
    after: list[Span] = []
    for span in line:
        head, rest = span.text[: max(at, 0)], span.text[max(at, 0) :]
        at -= len(span.text)
        if head:
            before.append(replace(span, text=head))
        if rest:
            after.append(replace(span, text=rest if before and after else rest.lstrip()))
    return tuple(before), tuple(after)
