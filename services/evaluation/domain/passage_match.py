"""Whether two passages are the same place of a document, although it may have been cut anew."""

from itertools import pairwise

from contracts.rpc.evaluation import SourcePassage
from services.evaluation.domain.wording import words

OVERLAP = 0.5
"""Of the words of the shorter one."""


def is_same(one: SourcePassage, other: SourcePassage) -> bool:
    """The same document, and one text for the most part in the other; without texts the chunk decides."""
    if not _same_document(one, other):
        return False
    if one.text and other.text:
        return overlap(one.text, other.text) >= OVERLAP
    return one.chunk is None or other.chunk is None or one.chunk == other.chunk


def _same_document(one: SourcePassage, other: SourcePassage) -> bool:
    if one.document_id is not None and other.document_id is not None:
        return one.document_id == other.document_id
    return bool(one.document_name) and one.document_name == other.document_name


def overlap(one: str, other: str) -> float:
    """The share of the shorter text's word pairs that the other one has, 0 to 1."""
    shorter, longer = sorted((_pairs(one), _pairs(other)), key=len)
    return len(shorter & longer) / len(shorter) if shorter else 0.0


def _pairs(text: str) -> set[tuple[str, str]]:
    """Pairs, not words: two texts about one thing have most words in common."""
    row = words(text)
    return set(pairwise(row)) or {(word, "") for word in row}
