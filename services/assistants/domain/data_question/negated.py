"""A negation that goes on: `neither A nor B`, `not in A or B`."""

from dataclasses import replace

from services.assistants.domain.data_question.plan import Condition
from services.assistants.domain.data_question.reading import Reading

_JOINING = frozenset(("or", "nor", "and", "oder", "und", "o", "y", "ou", "et"))
_FARTHEST = 3
"""Tokens from one value to the next, with the word that joins them and a preposition."""


def carried(reading: Reading, found: list[Condition]) -> list[Condition]:
    """What is joined to a negated value of the same column is negated as well."""
    ordered = sorted(found, key=lambda condition: condition.position)
    told: list[Condition] = []
    for condition in ordered:
        before = told[-1] if told else None
        if before is not None and before.is_negated and _is_joined(reading, before, condition):
            told.append(replace(condition, is_negated=True))
        else:
            told.append(condition)
    return told


def _is_joined(reading: Reading, one: Condition, other: Condition) -> bool:
    if one.column != other.column or not (one.values and other.values):
        return False
    end = next((c.end for c in reading.of("value") if c.start == one.position), one.position + 1)
    between = [c for c in reading.claims if end <= c.start and c.end <= other.position]
    joins = [c for c in between if reading.tokens[c.start].folded in _JOINING]
    is_near = other.position - end <= _FARTHEST
    return is_near and bool(joins) and all(c.kind in ("and", "filler", "not") for c in between)
