"""Tells the 8-bit encodings of European languages apart by the letters that their languages use."""

import re
from itertools import pairwise

_LATIN = ("cp1252", "cp1250", "iso8859_15", "iso8859_2", "cp1254", "cp1257", "mac_roman", "cp850")
_CYRILLIC = ("cp1251", "mac_cyrillic")
_TAKEN_FOR_LATIN = frozenset(
    {*_LATIN, "latin_1", "cp1258", "cp858", "cp852", "cp437", "cp775", "mac_iceland", "mac_latin2",
     "mac_turkish", "iso8859_3", "iso8859_4", "iso8859_9", "iso8859_10", "iso8859_13", "iso8859_14",
     "iso8859_16"}
)  # fmt: skip
_TAKEN_FOR_CYRILLIC = frozenset(
    {*_CYRILLIC, "koi8_r", "koi8_u", "koi8_t", "cp855", "cp866", "cp1125", "iso8859_5", "kz1048", "ptcp154"}
)  # fmt: skip
_LANGUAGES = tuple(
    frozenset(letters)
    for letters in (
        "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "áâãàçéêíóôõúü", "àèéìòù", "æøåé", "äöåé", "ëïéèöü",
        "áðéíóúýþæö", "àçéèíïóòúü·", "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž",
        "áéíóöőúüű", "ăâîșțşţ", "čćđšž", "çğıöşüâî\u0307", "ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž",
        "абвгдежзийклмнопрстуфхцчшщъыьэюяё", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "абвгдђежзијклљмнњопрстћуфхцчџш",
    )
)  # fmt: skip
_SIGNS = frozenset("«»“”„‘’‚–—…€£°§·•\xa0¿¡©®™№²³½ªº")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_JUDGED = 50_000  # bytes


def settled(sample: bytes, guess: str) -> str:
    """The likeliest of the encodings that are easily taken for the guessed one."""
    if guess in _TAKEN_FOR_LATIN:
        candidates = dict.fromkeys((*_LATIN, guess))
    elif guess in _TAKEN_FOR_CYRILLIC:
        candidates = dict.fromkeys((*_CYRILLIC, guess))
    else:
        return guess
    # The first of equals wins: the commoner encoding.
    return max(candidates, key=lambda name: _likelihood(sample[:_JUDGED], name))


def _likelihood(sample: bytes, encoding: str) -> float:
    """The share of signs beyond ASCII that one language and its punctuation explain."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    beyond = _BEYOND_ASCII.findall(text)
    letters = [character for character in beyond if character not in _SIGNS]
    lowered = "".join(letters).lower()
    best = max(sum(map(letters_of.__contains__, lowered)) for letters_of in _LANGUAGES)
    # Capitals inside words show where an encoding's halves are swapped.
    odd = sum(a.isalpha() and b.isupper() and b > "\x7f" for a, b in pairwise(text))
    signs = len(beyond) - len(letters)
    return (best - odd + 0.5 * signs) / max(1, len(beyond))
