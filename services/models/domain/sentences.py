"""Finds the sentences of a text in many scripts; table rows and list lines are sentences too."""

import re
from dataclasses import dataclass

MAX_CHARACTERS = 600  # a longer sentence is cut at a comma, or at a space

_ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof st sr jr vs etc e.g i.e eg ie cf al fig figs no nos vol pp p art sec ch eq
    approx dept est inc ltd co corp gen col sgt capt lt rev hon pres gov sen rep jan feb mar apr jun
    jul aug sep sept oct nov dec a.m p.m u.s u.k u.n ca bzw z.b d.h usw nr abs bd hr fr
    """.split()  # noqa: SIM905 - sixty quoted words read worse
)
_LINE = re.compile(r"[^\n]+")
# A full stop of any script with the quotes and brackets that close behind it. The Latin ones need
# a space after them, the others do not.
_END = re.compile(
    r"(?:[.!?…]+|[։۔؟।॥።፧፨᙮。！？｡．]+)[\"'»”’)\]}』」】》]*(?=\s|$)"
    r"|[。！？｡।॥።؟۔]+[\"'»”’)\]}』」】》]*"
)
_WORD_BEFORE = re.compile(r"([^\s(\[\"'“‘]+)$")
_LOOK_BACK = 20  # characters: longer than any abbreviation
_NEXT = re.compile(r"\s*(\S)")
_SOFT_BREAK = re.compile(r"[,;:،؛，；：、]\s*|\s+")
_LIST_MARK = re.compile(r"^(?:[-*•·–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|#{1,6})$")


@dataclass(frozen=True)
class Span:
    """Characters `start` to `end` (exclusive) of a text."""

    start: int
    end: int


def split(text: str) -> list[Span]:
    """The sentences in order, without the white space around them; never empty ones."""
    spans: list[Span] = []
    for block in _blocks(text):
        for sentence in _sentences(text, block):
            spans.extend(_cut(text, sentence))
    return spans


def _blocks(text: str) -> list[Span]:
    """Lines, joined where a sentence was only wrapped."""
    blocks: list[Span] = []
    for match in _LINE.finditer(text):
        line = _strip(text, match.start(), match.end())
        if line is None:
            continue
        if blocks and _is_wrapped(text, blocks[-1], line):
            blocks[-1] = Span(blocks[-1].start, line.end)
        else:
            blocks.append(line)
    return blocks


def _is_wrapped(text: str, before: Span, line: Span) -> bool:
    """True when `line` only continues a sentence: it follows directly and starts small."""
    gap = text[before.end : line.start]
    last_line = text[max(before.start, text.rfind("\n", before.start, before.end)) : before.end]
    starts_small = text[line.start].islower()
    return (
        gap.count("\n") == 1
        and starts_small
        and len(last_line) >= 40
        and "|" not in last_line
        and "\t" not in last_line
    )


def _sentences(text: str, block: Span) -> list[Span]:
    found: list[Span] = []
    start = block.start
    for match in _END.finditer(text, block.start, block.end):
        if _ends_sentence(text, start, match, block.end):
            span = _strip(text, start, match.end())
            if span is not None:
                found.append(span)
                start = match.end()
    rest = _strip(text, start, block.end)
    return [*found, rest] if rest is not None else found


def _ends_sentence(text: str, start: int, match: re.Match[str], end: int) -> bool:
    if not match.group().startswith(".") or match.group().startswith(".."):
        return True
    # Everything here looks at a few characters only, or hostile text takes quadratic time.
    before = _WORD_BEFORE.search(text, max(start, match.start() - _LOOK_BACK), match.start())
    word = before.group(1) if before else ""
    is_short = match.end() - start <= _LOOK_BACK
    if is_short and _LIST_MARK.match(text[start : match.end()].strip()):
        return False  # "1." at the start of a line
    following = _NEXT.match(text, match.end(), end)
    if following is not None and following.group(1).islower():
        return False
    is_initial = len(word) == 1 and word.isalpha() and word.isupper()
    return not (is_initial or word.casefold() in _ABBREVIATIONS)


def _cut(text: str, span: Span) -> list[Span]:
    pieces: list[Span] = []
    start = span.start
    while span.end - start > MAX_CHARACTERS:
        breaks = [
            match.end() for match in _SOFT_BREAK.finditer(text, start + 200, start + MAX_CHARACTERS)
        ]
        cut = breaks[-1] if breaks else start + MAX_CHARACTERS
        piece = _strip(text, start, cut)
        if piece is not None:
            pieces.append(piece)
        start = cut
    rest = _strip(text, start, span.end)
    return [*pieces, rest] if rest is not None else pieces


def _strip(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None
