"""Which stored values the words of a question name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.assistants.domain.data_question.concepts import VALUE_ALIASES, concepts
from services.assistants.domain.data_question.reading import Claim, Reading
from services.assistants.domain.data_question.tables import Column, Described, Match, Table
from services.assistants.domain.data_question.vocabulary import FILLERS, PHRASES
from services.assistants.domain.data_question.words import Token, fold, stem, tokens

_SURE = 0.86
_FORM = 0.95
_VERB = 4
"""Letters: of shorter words too many others are forms."""
PART = 0.9
"""The score of a long word that stands for the values that it is part of."""
_TRUE = frozenset(("yes", "true", "y", "1", "t", "pass", "passed", "ja", "si", "oui", "हाँ"))
_FALSE = frozenset(("no", "false", "n", "0", "f", "fail", "failed", "nein", "non", "नहीं"))


@dataclass(frozen=True, slots=True)
class Naming:
    """Words that name `values` of a column, as they are stored."""

    column: Column
    values: tuple[str, ...]
    score: float


def claim_values(reading: Reading, table: Table, described: Described) -> None:
    """Claims of kind `value`; namings, best first, are the meaning. Exact ones go first, then longer ones."""
    spans: dict[tuple[int, int], dict[str, list[Match]]] = defaultdict(lambda: defaultdict(list))
    for match in (*described.matches, *_among_described(reading.tokens, table)):
        if match.table != table.name or match.score < _SURE or table.column(match.column) is None:
            continue
        for span in _places(reading.tokens, match.words):
            spans[span][match.column].append(match)
    for (start, end), columns in sorted(spans.items(), key=_by_length):
        if reading.is_free(start, end) and not _says_nothing(reading.tokens[start:end]):
            namings = [_naming(table, name, matches) for name, matches in columns.items()]
            namings.sort(key=lambda naming: (-naming.score, naming.column.distinct))
            reading.claim(start, end, "value", tuple(namings))


def truth(column: Column) -> tuple[str, str] | None:
    """The stored words for yes and no of a column of text that has no others."""
    if column.type != "text" or not 1 <= len(column.values) <= 2 or column.distinct > 2:
        return None
    yes = [value for value in column.values if fold(value.strip()) in _TRUE]
    no = [value for value in column.values if fold(value.strip()) in _FALSE]
    return (yes[0], no[0]) if yes and no else None


def is_yes_or_no(column: Column) -> bool:
    """By its type, or by the words that it stores."""
    return column.type == "boolean" or truth(column) is not None


def exact(claim: Claim) -> bool:
    """The words are the stored value."""
    return any(naming.score >= 0.999 for naming in claim.meaning)


def _by_length(
    entry: tuple[tuple[int, int], dict[str, list[Match]]],
) -> tuple[bool, int, float, int]:
    (start, end), columns = entry
    best = max(match.score for matches in columns.values() for match in matches)
    return best < 0.999, start - end, -best, start


def _naming(table: Table, name: str, matches: Iterable[Match]) -> Naming:
    column = table.column(name)
    assert column is not None
    listed = list(matches)
    best = max(match.score for match in listed)
    values = dict.fromkeys(match.value for match in listed if match.score >= best - 0.001)
    return Naming(column, tuple(values), best)


def _among_described(asked: Sequence[Token], table: Table) -> list[Match]:
    """Values that a description lists are known without the service's search."""
    words = {token.stem for token in asked} | {token.folded for token in asked}
    aliases = {VALUE_ALIASES[word]: word for word in sorted(words) if word in VALUE_ALIASES}
    found: list[Match] = []
    for column in table.columns:
        if column.type != "text":
            continue
        for value in column.values:
            pieces = tokens(value)
            if alias := aliases.get(fold(value)):
                found.append(_match(table, column, value, alias, 1.0))
            if forms := words & _forms_of(pieces):
                found.append(_match(table, column, value, min(forms), _FORM))
            if pieces and all(p.folded in words or p.stem in words for p in pieces):
                found.append(_match(table, column, value, value, 1.0))
            else:
                telling = [p for p in pieces if p.stem in words and _tells(p)]
                found.extend(_match(table, column, value, p.folded, PART) for p in telling)
    return found


def _forms_of(pieces: Sequence[Token]) -> set[str]:
    """`failed` for a stored `fail`."""
    is_verb = len(pieces) == 1 and pieces[0].kind == "word" and len(pieces[0].folded) >= _VERB
    bare = pieces[0].folded.removesuffix("e") if is_verb else ""
    return {f"{bare}ed", f"{bare}ing"} if is_verb else set()


def _tells(piece: Token) -> bool:
    """A word that is long enough to stand for the value that it is part of: `laptops` for Laptop Pro 14."""
    is_said = piece.folded in FILLERS or (piece.folded,) in PHRASES or concepts(piece.folded)
    return piece.kind == "word" and len(piece.folded) >= 4 and not is_said


def _match(table: Table, column: Column, value: str, words: str, score: float) -> Match:
    return Match(table=table.name, column=column.name, value=value, words=words, score=score)


def _places(asked: Sequence[Token], words: str) -> list[tuple[int, int]]:
    pieces = tokens(words)
    length = len(pieces)
    return [
        (at, at + length)
        for at in range(len(asked) - length + 1)
        if length and all(_is_same(asked[at + n], piece) for n, piece in enumerate(pieces))
    ]


def _is_same(one: Token, other: Token) -> bool:
    return one.folded == other.folded or one.stem == other.stem or stem(one.folded) == other.folded


def _says_nothing(span: Sequence[Token]) -> bool:
    """A stored `No`, `All` or `2024` is no naming of a value by itself."""
    if all(token.kind != "word" for token in span):
        return len(span) == 1 and not re.search(r"[^\d]", span[0].text)
    if any(token.is_name for token in span):
        return False
    words = tuple(token.folded for token in span)
    is_operation = words in PHRASES and PHRASES[words] not in ("empty", "filled", "and", "by")
    return is_operation or all(word in FILLERS for word in words)
