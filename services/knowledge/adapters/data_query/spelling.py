"""Words without what people leave out or get wrong when they write them."""

import unicodedata

_LATIN_MARKS = range(0x0300, 0x0370)
"""Accents of Latin, Greek and Cyrillic letters. Marks of other scripts are vowels: they stay."""
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


def folded(text: str) -> str:
    """Lower case, without accents, a space for whatever stands between words."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """The folded words: letters with their marks, and digits."""
    if text.isascii():
        plain = text.lower()
    else:
        apart = unicodedata.normalize("NFKD", text.casefold())
        bare = "".join(sign for sign in apart if ord(sign) not in _LATIN_MARKS)
        plain = unicodedata.normalize("NFC", bare).translate(_LETTERS)
    return "".join(sign if is_of_word(sign) else " " for sign in plain).split()


def is_of_word(sign: str) -> bool:
    """A letter, a digit, or a mark on one: vowels of Indic scripts are marks."""
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"
