"""What the tables of a knowledge base are called in SQL."""

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePath

LONGEST_NAME = 60
_PLAIN_SHEETS = frozenset({"", "sheet1", "tabelle1", "feuil1", "hoja1", "foglio1", "table 1"})
"""What spreadsheets call the only sheet of a new file; it says nothing."""
_RESERVED_WORDS = """
all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by
case cast check collate collation column columns concurrently constraint create cross default
deferrable desc describe distinct do else end except false fetch for foreign freeze from full
generated glob group having ilike in initially inner intersect into is isnull join lambda
lateral leading left like limit map natural not notnull null offset on only or order outer
overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning
right select semi show similar some struct summarize symmetric table tablesample then to
trailing true try_cast tuple union unique unpack unpivot using variadic verbose when where
window with
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())


def sql_names(documents: Iterable[tuple[str, Sequence[str]]]) -> list[list[str]]:
    """Names for file names with their sheets' names, oldest first: unique, no quotes needed.

    A document that comes later changes no name.
    """
    taken: set[str] = set()
    return [
        [_free(_wanted(document, sheet, alone=len(sheets) == 1), taken) for sheet in sheets]
        for document, sheets in documents
    ]


def _wanted(document: str, sheet: str, *, alone: bool) -> str:
    stem = _plain(PurePath(document).stem)[: LONGEST_NAME // 2]
    tells_nothing = alone and sheet.strip().lower() in _PLAIN_SHEETS
    name = stem if tells_nothing else f"{stem}_{_plain(sheet)}"
    name = name.strip("_")[:LONGEST_NAME] or "data"
    if name[0].isdigit():
        return f"t_{name}"
    return f"{name}_table" if name in _RESERVED else name


def _plain(text: str) -> str:
    """Letters of every script with their marks, digits, and `_` for all between."""
    lowered = unicodedata.normalize("NFC", text).lower()
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in lowered)
    return "_".join(kept.split())


def _free(name: str, taken: set[str]) -> str:
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    taken.add(candidate)
    return candidate
