"""Which terms a text is found by: the one lexical analysis of documents and of queries.

Each word is analysed by its own script alone, never by a guess at the text's language: a query of two
words would be guessed differently from the page that it should find.
"""

import re
import threading
import unicodedata
from base64 import b32hexencode
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b

from Stemmer import Stemmer

_CACHED_WORDS = 1 << 16
_LONGEST_PLAIN = 32  # characters; analyzers drop terms over 40 bytes
_LONGEST_WHOLE = 64
_MARKS = "".join(chr(c) for c in range(0x20000) if unicodedata.category(chr(c)).startswith("M"))
_LETTERS = rf"\w{_MARKS}"  # \w alone lacks the vowel signs of Hindi and Thai
# A word with what people write inside names and numbers: SKU-0973, 1.2.3, o'clock, a@b.org, C++.
_WORDS = re.compile(rf"[{_LETTERS}]+(?:[-.,/:@+&'’][{_LETTERS}]+)*(?:\+\+|\#)?")
_PARTS = re.compile(rf"[^{_LETTERS}]+|_+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ELISION = re.compile(r"(?<=\w)['’](?:s|t|d|m|ll|re|ve)\b|\b[ldcjmnst]['’](?=\w)|\bqu['’](?=\w)")
_LETTERS_AND_DIGITS = re.compile(r"([a-z]{2,})(\d{2,})|(\d{2,})([a-z]{2,})")

# English words that say nothing: dropped unless in capitals (IT, WHO). Measured to help, and to leave
# a third fewer terms to index; words with a meaning of their own (will, can, own) are no part of it.
_STOP_WORDS = frozenset({
    "a", "about", "above", "after", "again", "against", "all", "am", "an", "and", "any", "are", "as",
    "at", "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "did",
    "do", "does", "doing", "don", "down", "during", "each", "few", "for", "from", "further", "had",
    "has", "have", "having", "he", "her", "here", "his", "him", "how", "i", "if", "in", "into", "is",
    "it", "its", "me", "more", "most", "my", "no", "nor", "not", "now", "of", "off", "on", "once",
    "only", "or", "other", "our", "out", "over", "she", "should", "so", "some", "such", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "through",
    "to", "too", "under", "until", "up", "very", "was", "we", "were", "what", "when", "where",
    "which", "while", "who", "whom", "why", "with", "you", "your",
})  # fmt: skip

# Scripts that put no blanks between words, with the length of the runs to index instead.
_RARER_IDEOGRAPHS = "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = (
    (re.compile(f"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff{_RARER_IDEOGRAPHS}]+"), 2),
    (re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"), 3),
)
_UNSPACED = re.compile("|".join(pattern.pattern for pattern, _ in _RUNS))

_PLAIN_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
)
_UNREAD_MARKS = re.compile("[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_COMBINING = re.compile("[\u0300-\u036f]")

_stemmers = {
    name: Stemmer(name) for name in ("english", "russian", "greek", "arabic", "hindi", "armenian")
}
_stemming = threading.Lock()  # stemmers are not made for threads


def terms(text: str) -> list[str]:
    """The terms of the text in order, repeats included. Documents and queries alike."""
    return [term for word in _words(text) for term in _terms_of(word)]


def analysed_text(text: str) -> str:
    """The terms as ASCII letters and digits with blanks between, at most 40 bytes each.

    Made for a search engine's plainest analyzer, which keeps every one of them whole.
    """
    return " ".join(filter(None, map(_ascii_terms_of, _words(text))))


def _words(text: str) -> list[str]:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _WORDS.findall(text)


@lru_cache(_CACHED_WORDS)
def _ascii_terms_of(word: str) -> str:
    return " ".join(map(_ascii, _terms_of(word)))


def _ascii(term: str) -> str:
    if term.isascii() and term.isalnum() and len(term) <= _LONGEST_PLAIN:
        return term
    digest = blake2b(term.encode("utf-8", "replace"), digest_size=5).digest()
    return "q" + b32hexencode(digest).decode().lower()


@lru_cache(_CACHED_WORDS)
def _terms_of(word: str) -> tuple[str, ...]:
    """The terms of a word with its connected parts: the parts and, where it is a name, the whole."""
    is_capitals = len(word) > 1 and word.isupper()
    word = word.casefold()
    if word.isascii() and word.isalpha():
        said_nothing = word in _STOP_WORDS and not is_capitals
        return () if said_nothing else (_stem("english", word),)
    if _THOUSANDS.fullmatch(word):
        return (word.replace(",", ""),)
    word = _ELISION.sub(" ", word) if "'" in word or "’" in word else word
    parts = [part for part in _PARTS.split(word) if part]
    said = (part for part in parts if len(part) == 1 or part not in _STOP_WORDS or is_capitals)
    found = [term for part in said for term in _part_terms(part)]
    return (*found, *_whole(word, parts))


def _whole(word: str, parts: list[str]) -> Iterator[str]:
    """SKU-0973 is also sku0973 as people write it; 1.2.3 is also itself."""
    if len(word) > _LONGEST_WHOLE:
        return
    if word.endswith(("+", "#")):
        yield word
    if len(parts) < 2 or " " in word:
        return
    if all(part.isdecimal() for part in parts):
        yield word
    elif "@" in word or "_" in word or any(c.isdecimal() for c in word):
        yield "".join(parts)


def _part_terms(part: str) -> Iterator[str]:
    at = 0
    for run in _UNSPACED.finditer(part):
        if part[at : run.start()]:
            yield _stemmed(part[at : run.start()])
        yield from _grams(run[0])
        at = run.end()
    if rest := part[at:]:
        yield _stemmed(rest)
        if match := _LETTERS_AND_DIGITS.fullmatch(rest):
            yield from (group for group in match.groups() if group)


def _grams(run: str) -> Iterator[str]:
    size = next(size for pattern, size in _RUNS if pattern.match(run))
    if len(run) < size:
        yield run
    for at in range(len(run) - size + 1):
        yield run[at : at + size]


def _stemmed(word: str) -> str:
    """Without diacritics; the stem in languages that can be told by their script."""
    first = next((character for character in word if character.isalpha()), "")
    for is_of, stem in _BY_SCRIPT:
        if is_of(first):
            return stem(word)
    return _unmarked(word)


def _unmarked(word: str) -> str:
    if word.isascii():
        return word
    plain = _UNREAD_MARKS.sub("", unicodedata.normalize("NFD", word))
    plain = unicodedata.normalize("NFC", _COMBINING.sub("", plain)).translate(_PLAIN_LETTERS)
    return "".join(map(_digit, plain)) or word


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _stem(language: str, word: str) -> str:
    with _stemming:
        stem: str = _stemmers[language].stemWord(word)
    return stem if len(stem) > 1 else word


def _between(low: str, high: str) -> Callable[[str], bool]:
    return lambda character: low <= character <= high


def _stem_of(language: str) -> Callable[[str], str]:
    return lambda word: _unmarked(_stem(language, word))


# Latin letters are written in many languages; the English stemmer harms the others little.
# It wants plain letters, the others their own.
_BY_SCRIPT: tuple[tuple[Callable[[str], bool], Callable[[str], str]], ...] = (
    (lambda c: "a" <= c <= "\u024f" or "\u1e00" <= c <= "\u1eff", lambda w: _stem("english", _unmarked(w))),
    (_between("\u0400", "\u052f"), _stem_of("russian")),
    (lambda c: "\u0370" <= c <= "\u03ff" or "\u1f00" <= c <= "\u1fff", _stem_of("greek")),
    (_between("\u0600", "\u06ff"), lambda w: _stem("arabic", _unmarked(w))),
    (_between("\u0900", "\u097f"), _stem_of("hindi")),
    (_between("\u0530", "\u058f"), _stem_of("armenian")),
)  # fmt: skip
