"""Breaks text of any script into the terms that lexical matching compares."""

import unicodedata
from functools import lru_cache

# Scripts written without spaces: each character, and each pair, is a term.
_UNSPACED = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x0E00, 0x0EFF),
             (0x1000, 0x109F), (0x1780, 0x17FF), (0x20000, 0x3134F))  # fmt: skip

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
        if any(_is_unspaced(character) for character in word):
            found += list(word) + [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            found.append(word)
    return found


def terms(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, with repeats."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A crude common beginning of a word's forms; numbers and short words stay whole."""
    if len(word) <= 3 or not word.isalpha():
        return word
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "edly", "ely", "ers", "ed", "er",
                   "es", "ly", "e", "s", "y"):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _is_unspaced(character: str) -> bool:
    code = ord(character)
    return code >= 0x0E00 and any(low <= code <= high for low, high in _UNSPACED)
