"""Chooses the sentences of the documents that answer a question, and puts them in reading order."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.models.domain.conversation import Document
from services.models.domain.sentences import split
from services.models.domain.terms import terms

CANDIDATES = 24  # sentences that are embedded
SENTENCES = 3  # sentences that are quoted
LEXICAL_WEIGHT = 0.15
MARGIN = 0.35  # a sentence this much below the best one is not quoted


@dataclass(frozen=True)
class Sentence:
    """A sentence and where it stands."""

    document: int  # position in the request's list
    order: int  # position among the document's sentences
    text: str


@dataclass(frozen=True)
class Quote:
    """Neighbouring sentences of one document, as they are written there."""

    document: int
    text: str


@dataclass(frozen=True)
class Candidate:
    """A sentence with the share of the question's terms, by weight, that it contains (0-1)."""

    sentence: Sentence
    coverage: float


def shortlist(question: str, documents: Sequence[Document]) -> list[Candidate]:
    """The sentences worth embedding: those that share rare words, and first ones of each document.

    Documents come best first, so among equals the earlier one wins.
    """
    sentences = [
        Sentence(document=position, order=order, text=document.text[span.start : span.end])
        for position, document in enumerate(documents)
        for order, span in enumerate(split(document.text))
    ]
    bags = [frozenset(terms(sentence.text)) for sentence in sentences]
    weights = _weights(question, bags)
    ranked = sorted(
        (
            Candidate(sentence, _coverage(weights, bag))
            for sentence, bag in zip(sentences, bags, strict=True)
            if bag
        ),
        key=lambda candidate: (
            -candidate.coverage,
            candidate.sentence.document,
            candidate.sentence.order,
        ),
    )
    return ranked[:CANDIDATES]


def choose(candidates: Sequence[Candidate], cosines: Sequence[float]) -> list[Sentence]:
    """The best sentences, best first; `cosines` are those of the candidates with the question."""
    scored = sorted(
        (
            (cosine + LEXICAL_WEIGHT * candidate.coverage, candidate.sentence)
            for candidate, cosine in zip(candidates, cosines, strict=True)
        ),
        key=lambda pair: -pair[0],
    )
    chosen: list[Sentence] = []
    for score, sentence in scored:
        if len(chosen) == SENTENCES or score < scored[0][0] - MARGIN:
            break
        if all(sentence.text != other.text for other in chosen):  # passages may overlap
            chosen.append(sentence)
    return chosen


def quotes(chosen: Sequence[Sentence]) -> list[Quote]:
    """The chosen sentences by document, the best document first, neighbours put together."""
    first_seen = list(dict.fromkeys(sentence.document for sentence in chosen))
    found: list[Quote] = []
    for document in first_seen:
        mine = sorted((s for s in chosen if s.document == document), key=lambda s: s.order)
        previous: Sentence | None = None
        for sentence in mine:
            if previous is not None and sentence.order == previous.order + 1:
                found[-1] = Quote(document, f"{found[-1].text} {sentence.text}")
            else:
                found.append(Quote(document, sentence.text))
            previous = sentence
    return found


def _weights(question: str, bags: Sequence[frozenset[str]]) -> dict[str, float]:
    wanted = dict.fromkeys(terms(question))
    containing = Counter(term for bag in bags for term in bag if term in wanted)
    total = len(bags) + 1
    return {term: math.log(1 + total / (1 + containing[term])) for term in wanted}


def _coverage(weights: dict[str, float], bag: frozenset[str]) -> float:
    if not weights:
        return 0.0
    return sum(weight for term, weight in weights.items() if term in bag) / sum(weights.values())
