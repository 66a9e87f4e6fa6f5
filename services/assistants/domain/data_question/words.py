"""Splits questions and column names into words that can be compared."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_QUOTES = "‘’‚‛“”„‟«»‹›`´"
_MARKS = r"\s!-&(-/:-@\[-^{-~¡-©«¬®-±¶-¸»¿‐-⁊।॥、。，？！：；（）" + _QUOTES
"""Everything between words: not the combining vowels of Indic scripts, which `\\w` would cut off."""
_TOKEN = re.compile(
    r"(?P<day>\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}-\d{2}(?!\d))"
    r"|(?P<number>(?:(?<!\S)[-+])?(?:\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?))"
    r"(?P<unit>\s?%|\s?(?:k|m|bn|thousand|million|billion|tausend|millionen|mil|millones|mille|हज़ार|लाख|करोड़)(?![^\W\d_]))?"
    r"|(?P<sign>>=|<=|≥|≤|>|<|=|%|[$€£₹])"
    rf"|(?P<word>[^{_MARKS}'0-9][^{_MARKS}']*)"
)
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNIT_IN_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_SHORT = {
    "hr": "hour",
    "hrs": "hour",
    "mins": "minute",
    "secs": "second",
    "yr": "year",
    "yrs": "year",
}
_SHORT |= {
    "txn": "transaction",
    "emp": "employee",
    "cust": "customer",
    "prod": "product",
    "acct": "account",
    "pax": "passenger",
}
_SHORT |= {"amt": "amount", "pct": "percent", "temp": "temperature", "avg": "average"}
"""As columns are called, and what people say for it."""
_ROOT = 5
_OF_VERBS = frozenset(("", "e", "d", "t", "ve", "y", "ed", "ing", "de", "ss"))
_OF_NOUNS = frozenset(
    (
        "",
        "ution",
        "ption",
        "se",
        "y",
        "al",
        "ion",
        "tion",
        "ation",
        "sion",
        "ment",
        "ing",
        "ery",
        "age",
    )
)
_COMPOUNDS = ("gesamt", "durchschnitts", "jahres", "monats", "höchst")
_SIZES = {
    "k": 1e3, "thousand": 1e3, "tausend": 1e3, "mil": 1e3, "mille": 1e3, "हज़ार": 1e3, "लाख": 1e5,
    "m": 1e6, "million": 1e6, "millionen": 1e6, "millones": 1e6, "करोड़": 1e7, "bn": 1e9, "billion": 1e9,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of a question. kind: word, number, day or sign. number: its value, with kind number."""

    text: str
    kind: str
    folded: str
    stem: str
    number: float | None = None
    is_percent: bool = False
    is_name: bool = False  # written like a name, in the middle of a sentence
    is_spaced: bool = True  # something but a hyphen or nothing stands before it


def tokens(question: str) -> tuple[Token, ...]:
    """The pieces of a question in order."""
    found: list[Token] = []
    end = 0
    for piece in _TOKEN.finditer(_prepared(question)):
        between = piece.string[end : piece.start()]
        found.extend(_pieces(piece, is_first=not found, is_spaced=" " in between or not found))
        end = piece.end()
    return tuple(found)


def name_words(name: str) -> tuple[str, ...]:
    """The stems of a column's or sheet's name, without units in brackets: `unitPrice (EUR)` is unit, price."""
    bare = _UNIT_IN_BRACKETS.sub(" ", name)
    return tuple(token.stem for token in tokens(spaced(bare if bare.strip() else name)))


def spaced(name: str) -> str:
    """`unitPrice` and `unit_price` in two words."""
    return _CAMEL.sub(" ", name).replace("_", " ")


def fold(text: str) -> str:
    """Without case and without Latin accents."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    kept = "".join(sign for sign in decomposed if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def stem(word: str) -> str:
    """The singular of a folded English word, in full; other words as they are."""
    if word in _SHORT:
        return _SHORT[word]
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "is")):
        return word
    if word.endswith("us") and len(word) > 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def is_alike(one: str, other: str) -> bool:
    """The same stem, or one that is misspelt."""
    if one == other:
        return True
    if one in (f"{other}r", f"{other}er") or other in (f"{one}r", f"{one}er"):
        return False  # who drives, and what he does
    if min(len(one), len(other)) < 5 or one[0] != other[0] or abs(len(one) - len(other)) > 2:
        return False
    return SequenceMatcher(None, one, other).ratio() >= 0.84


def is_form_of(verb: str, noun: str) -> bool:
    """`shipped` of ship, `stayed` of stay: the noun's root with a short ending."""
    root = noun.removesuffix("e").removesuffix("y").removesuffix("ment")
    return len(root) >= 3 and verb.startswith(root) and len(verb) - len(root) <= 4


def is_same_deed(verb: str, noun: str) -> bool:
    """`resolve` and resolution, `respond` and response: one root, and endings of a verb and a noun."""
    root = 0
    while root < min(len(verb), len(noun)) and verb[root] == noun[root]:
        root += 1
    return root >= _ROOT and verb[root:] in _OF_VERBS and noun[root:] in _OF_NOUNS


def phrase(words: str) -> tuple[str, ...]:
    """The folded words of a phrase, to be found among those of tokens."""
    return tuple(token.folded for token in tokens(words))


def folded_words(found: Sequence[Token]) -> tuple[str, ...]:
    """What phrases are looked up in."""
    return tuple(token.folded for token in found)


def _prepared(question: str) -> str:
    plain = unicodedata.normalize("NFC", question).replace("’", "'").replace("\u00a0", " ")
    plain = re.sub(r"\b(par) an\b", r"\1 année", plain, flags=re.IGNORECASE)
    return re.sub(r"'s\b|s'(?=\s|$)", lambda found: " " * 2 if found[0] == "'s" else "s ", plain)


def _pieces(piece: re.Match[str], *, is_first: bool, is_spaced: bool) -> list[Token]:
    text = piece[0]
    if piece["number"]:
        return [_number(piece)]
    if piece["day"] or piece["sign"]:
        kind = "day" if piece["day"] else "sign"
        return [Token(text=text, kind=kind, folded=text, stem=text)]
    is_name = not is_first and text[:1].isupper()
    return [
        Token(
            text=part,
            kind="word",
            folded=fold(part),
            stem=stem(fold(part)),
            is_name=is_name,
            is_spaced=is_spaced,
        )
        for part in _parts(text)
    ]


def _parts(word: str) -> list[str]:
    """German compounds that hold an operation are two words: Gesamtumsatz."""
    for head in _COMPOUNDS:
        rest = word[len(head) :]
        if word.casefold().startswith(head) and len(rest) > 3 and not rest.startswith("lich"):
            return [head, rest]
    return [word]


def _number(piece: re.Match[str]) -> Token:
    unit = (piece["unit"] or "").strip().casefold()
    value = _value(piece["number"]) * _SIZES.get(unit, 1)
    text = piece["number"]
    return Token(
        text=piece[0], kind="number", folded=text, stem=text, number=value, is_percent=unit == "%"
    )


def _value(written: str) -> float:
    """Of 1,234.50 and 1.234,50 and 1 234 alike; a lone mark before three digits separates thousands."""
    digits = re.sub(r"['’ ]", "", written)
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return float(digits)
    mark = digits[last]
    behind = len(digits) - last - 1
    is_thousands = digits.count(mark) > 1 or (behind == 3 and digits[0] != "0")
    if is_thousands and len({*digits} & {".", ","}) == 1:
        return float(digits.replace(mark, ""))
    whole = digits[:last].replace(".", "").replace(",", "")
    return float(f"{whole}.{digits[last + 1 :]}")
