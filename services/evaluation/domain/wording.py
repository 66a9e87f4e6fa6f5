"""Texts as they are compared: without what only looks different."""

import unicodedata
from collections.abc import Iterator

TERMINATORS = frozenset(".!?…。！？।॥؟۔")
CLOSERS = frozenset("\"'”’»)]}）」』")
SPACELESS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts that put no space between words, by the first word of their characters' names."""


def normalised(text: str) -> str:
    """Compatible forms made equal (NFKC), case folded, white space as single blanks, no format marks."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    visible = "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")
    return " ".join(visible.split())


def words(text: str) -> list[str]:
    """Words of the normalised text, in order; scripts without blanks give their characters.

    Marks belong to words: Python's `\\w` would cut Indic scripts at every vowel sign.
    """
    return list(_words(normalised(text)))


def _words(text: str) -> Iterator[str]:
    word: list[str] = []
    for letter in text:
        is_spaceless = unicodedata.name(letter, "").startswith(SPACELESS)
        if not is_spaceless and unicodedata.category(letter)[0] in "LMN":
            word.append(letter)
            continue
        if word:
            yield "".join(word)
            word = []
        if is_spaceless:
            yield letter
    if word:
        yield "".join(word)


def sentences(text: str) -> list[str]:
    """The text cut behind sentences and at line breaks; parts without a letter or digit are left out."""
    parts: list[str] = []
    for line in text.splitlines():
        start = 0
        for at, letter in enumerate(line):
            if letter in TERMINATORS and _ends_here(line, at):
                end = _behind_closers(line, at + 1)
                parts.append(line[start:end])
                start = end
        parts.append(line[start:])
    return [part.strip() for part in parts if any(map(str.isalnum, part))]


def _ends_here(line: str, at: int) -> bool:
    """A full stop between digits or letters ("3.5", "example.com") ends nothing."""
    behind = _behind_closers(line, at + 1)
    is_wide = line[at] not in ".!?…"
    return is_wide or behind >= len(line) or line[behind].isspace()


def _behind_closers(line: str, at: int) -> int:
    while at < len(line) and (line[at] in CLOSERS or line[at] in TERMINATORS):
        at += 1
    return at


def share_of(part: str, whole: str) -> float:
    """The share of the different words of `part` that `whole` has; 0 where `part` has none."""
    wanted = set(words(part))
    return len(wanted & set(words(whole))) / len(wanted) if wanted else 0.0


def quotes(quote: str, text: str) -> bool:
    """Whether `text` has every word of `quote` in a row."""
    wanted, there = words(quote), words(text)
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(there)} "
