"""Breaks text of any script into the terms that lexical matching compares."""

import unicodedata
from functools import lru_cache

# Scripts written without spaces are compared by runs of characters, this long.
_RUNS = (
    (0x0E00, 0x0EFF, 3),  # Thai, Lao
    (0x1000, 0x109F, 3),  # Burmese
    (0x1780, 0x17FF, 3),  # Khmer
    (0x3040, 0x30FF, 2),  # kana
    (0x3400, 0x4DBF, 2),
    (0x4E00, 0x9FFF, 2),  # Han
    (0xF900, 0xFAFF, 2),
    (0x20000, 0x3134F, 2),
)
_FOREIGN_STEM = 5  # characters: what inflection leaves alone in most languages

# English only: in other languages these are simply rare.
STOP_WORDS = frozenset(
    """
    a about after all also an and any are as at be been before between by can could did do does for
    from had has have how i if in into is it its many me more most much my no not of on or other our
    please she should so some such tell than that the their them then there these they this those to
    under up was we were what when where which who whom whose why will with would you your he his
    her him us am being but during each few both
    """.split()  # noqa: SIM905 - sixty quoted words read worse
)


_ENDINGS = (
    "ations", "ation", "ings", "ing", "ies", "ied", "edly", "ely", "ers", "ed", "er", "es", "ly", "e", "s", "y",
)  # fmt: skip


class _Folding(dict[int, str]):
    """Maps what is not part of a word to a space; marks count, or Hindi loses its vowels."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = unicodedata.category(character)[0] in "LMN"
        self[code] = character if kept else " "
        return self[code]


_FOLDING = _Folding()


def words(text: str) -> list[str]:
    """Words folded for comparison, stop words kept."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_FOLDING)
    found: list[str] = []
    for word in folded.split():
        run = _run_length(word)
        if run is None or len(word) <= run:
            found.append(word)
        else:
            found += [word[at : at + run] for at in range(len(word) - run + 1)]
    return found


def terms(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, with repeats."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


def is_english(text: str) -> bool:
    """A guess: plain letters only, and an English stop word unless it is just a few words."""
    found = words(text)
    return text.isascii() and (len(found) <= 3 or any(word in STOP_WORDS for word in found))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A crude common beginning of a word's forms; numbers and short words stay whole."""
    if len(word) <= 3 or any(character.isdigit() for character in word):
        return word
    if not word.isascii():
        return word.removeprefix("ال")[:_FOREIGN_STEM]  # the Arabic article
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _run_length(word: str) -> int | None:
    code = ord(word[0])
    if code < _RUNS[0][0]:
        return None
    return next((run for low, high, run in _RUNS if low <= code <= high), None)
