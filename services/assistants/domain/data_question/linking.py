"""Which columns the words of a question may name."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.assistants.domain.data_question.concepts import (
    SAYS_LITTLE,
    concepts,
    core_words,
    is_given_back,
    is_takings,
)
from services.assistants.domain.data_question.reading import Reading
from services.assistants.domain.data_question.tables import Column, Table
from services.assistants.domain.data_question.values import is_yes_or_no
from services.assistants.domain.data_question.vocabulary import FILLERS, PHRASES
from services.assistants.domain.data_question.words import Token, is_alike, name_words

LONGEST_NAME = 5
_LINKED = 0.5
_ENDINGS = frozenset(
    ["", "e", "s", "es", "ed", "d", "ing", "ion", "al", "ment", "y", "ied", "t", "tted", "tting", "ssion",
     "led", "ling", "ulent", "lation", "lment", "ation", "er"]
)  # fmt: skip
_SHORTEST_ROOT = 5
_SHORTEST_CUT = 3
_LINKING = frozenset(("is", "was", "has", "were", "been", "had", "flag"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """score: 0 to 1; 1: the column's name as it is."""

    column: Column
    score: float


def claim_columns(reading: Reading, table: Table) -> None:
    """Claims of kind `column`; candidates, best first, are the meaning."""
    names = [(column, name_words(column.name), core_words(column)) for column in table.columns]
    for start, end in list(reading.free_spans(LONGEST_NAME)):
        span = reading.tokens[start:end]
        if not reading.is_free(start, end) or any(token.kind != "word" for token in span):
            continue
        if any(PHRASES.get((token.folded,)) == "by" for token in span):
            continue  # "litres by fuel" is no Litres Fuel
        stems = [token.stem for token in span]
        found = [
            Candidate(column, score)
            for column, words, core in names
            if (score := max(_score(stems, words, core), _by_verb(span, column))) >= _LINKED
        ]
        if found:
            found.sort(key=lambda each: -each.score)
            reading.claim(start, end, "column", tuple(found))


def _score(stems: Sequence[str], words: Sequence[str], core: Sequence[str]) -> float:
    if not words:
        return 0.0
    if len(stems) == len(words) and all(map(is_alike, stems, words)):
        return 1.0 if tuple(stems) == tuple(words) else 0.9
    if len(stems) == len(core) and all(map(is_alike, stems, core)):
        return 0.95 if tuple(stems) == tuple(core) else 0.85
    if len(stems) > 1:
        return _of_several(stems, core)
    return _of_one(stems[0], core)


def _by_verb(span: Sequence[Token], column: Column) -> float:
    """`readmission`, `readmitted` and `re-admitted` for a yes-or-no column Re-admitted?."""
    if not is_yes_or_no(column):
        return 0.0
    said = "".join(token.stem for token in span)
    name = "".join(word for word in name_words(column.name) if word not in _LINKING)
    if said == name:
        return 0.95
    is_same = any(
        said[:at] == name[:at] and said[at:] in _ENDINGS and name[at:] in _ENDINGS
        for at in range(_SHORTEST_ROOT, min(len(said), len(name)) + 1)
    )
    return 0.8 if is_same and said not in FILLERS else 0.0


def _of_several(stems: Sequence[str], core: Sequence[str]) -> float:
    """`sales amount` for a column Revenue, `price per unit` for Unit Price."""
    telling = [word for word in stems if word not in FILLERS]
    if len(telling) < 2 or "for" in stems or stems[0] in FILLERS or stems[-1] in FILLERS:
        return 0.0
    if all(concepts(word) & concepts(core[-1]) for word in telling):
        return 0.8
    if len(telling) == len(core) and all(_is_named(word, core) for word in telling):
        return 0.8
    return 0.0


def _of_one(word: str, core: Sequence[str]) -> float:
    if word in FILLERS or not core:
        return 0.0
    if word.startswith("un") and len(core) == 1 and is_alike(word[2:], core[0]):
        return 0.8  # "unpaid", of a column Paid
    if is_given_back(core) and "revenue" in concepts(word):
        return 0.0
    if is_takings(core) and "revenue" in concepts(word):
        return 0.8
    if len(core) == 1:
        return 0.8 if concepts(word) & concepts(core[0]) else 0.0
    return max(_worth(word, part, weight) for part, weight in _weighted(core))


def _weighted(core: Sequence[str]) -> list[tuple[str, float]]:
    """The last word names the thing, unless it says little."""
    adds_little = len(core) == 2 and core[-1] in SAYS_LITTLE
    others = 0.75 if adds_little else 0.5
    return [(core[-1], 0.7), *((part, others) for part in core[:-1])]


def _worth(word: str, part: str, weight: float) -> float:
    if is_alike(word, part):
        return weight
    return max(0.5, weight - 0.1) if concepts(word) & concepts(part) else 0.0


def _is_named(word: str, core: Sequence[str]) -> bool:
    return any(
        is_alike(word, part) or concepts(word) & concepts(part) or _is_cut(word, part)
        for part in core
    )


def _is_cut(word: str, part: str) -> bool:
    """`arr` in Arr Airport, of arrival."""
    return len(part) >= _SHORTEST_CUT and len(word) > len(part) + 1 and word.startswith(part)
