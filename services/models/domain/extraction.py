"""Chooses the sentences of the documents that answer a question, and puts them in reading order.

The figures behind the weights are in docs/decisions/0011-extractive-answers.md.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.models.domain.conversation import Document
from services.models.domain.orders import is_order
from services.models.domain.sentences import split
from services.models.domain.terms import terms

CANDIDATES = 20  # sentences that are embedded
SENTENCES = 3  # sentences that are quoted
MARGIN = 0.45  # a sentence whose score is this much below the best one's is not quoted
_ENDED = re.compile(r"[.!?…:;,。！？｡।॥؟۔][\"'»”’)\]]*$")
_NEIGHBOUR = 0.2  # of the cosine of the sentence before: it says what "it" is
_RANK = 0.02  # per place of the document in the list


_OVERVIEW = frozenset(
    terms(
        "summary summarize summarise overview document file text content topic passage article page"
    )
)
_AROUND_OVERVIEW = frozenset(
    terms("give describe main key point short brief contain topic explain say write knowledge base")
)


@dataclass(frozen=True)
class Judgement:
    """How far an encoder's cosines are trusted for a question's language.

    Something is an answer when its cosine plus a quarter of its coverage reaches `nearness`, or
    its coverage alone reaches `share`.
    """

    coverage: float  # weight of the coverage beside the cosine
    nearness: float
    share: float


ENGLISH = Judgement(coverage=0.5, nearness=0.45, share=2.0)
# An English encoder finds all texts of a foreign script alike: the words decide.
FOREIGN = Judgement(coverage=1.5, nearness=9.0, share=0.22)
# e5 puts every cosine between .7 and .9.
MULTILINGUAL = Judgement(coverage=1.0, nearness=0.88, share=0.22)


@dataclass(frozen=True)
class Sentence:
    """A sentence and where it stands."""

    document: int  # position in the request's list
    order: int  # position among the document's sentences
    text: str


@dataclass(frozen=True)
class Candidate:
    """A sentence with the share of the question's terms, by weight, that it contains (0-1)."""

    sentence: Sentence
    coverage: float  # half its own, half together with the sentence before
    own_coverage: float


@dataclass(frozen=True)
class Quote:
    """Neighbouring sentences of one document, as they are written there."""

    document: int
    text: str


def shortlist(question: str, documents: Sequence[Document]) -> list[Candidate]:
    """The sentences worth embedding, by the rare words of the question they share.

    Documents come best first, so among equals the earlier one wins.
    """
    read = [_read(document.text) for document in documents]
    weights = _weights(question, [bag for sentences in read for _, bag in sentences])
    candidates: list[Candidate] = []
    for document, sentences in enumerate(read):
        before: frozenset[str] = frozenset()
        for order, (text, bag) in enumerate(sentences):
            own = _coverage(weights, bag)
            both = _coverage(weights, bag | before)
            sentence = Sentence(document, order, text)
            candidates.append(Candidate(sentence, (own + both) / 2, own))
            before = bag
    candidates.sort(
        key=lambda candidate: candidate.coverage - _RANK * candidate.sentence.document, reverse=True
    )
    return candidates[:CANDIDATES]


def choose(
    candidates: Sequence[Candidate],
    cosines: Sequence[float],
    judgement: Judgement = ENGLISH,
    count: int = SENTENCES,
) -> list[Sentence]:
    """The best `count` sentences, best first; none when the best one is too far from the question.

    `cosines` are those of the candidates with the question, in the same order.
    """
    if not _is_answered(candidates, cosines, judgement):
        return []
    cosine_at = {
        (each.sentence.document, each.sentence.order): cosine
        for each, cosine in zip(candidates, cosines, strict=True)
    }
    scored = sorted(
        ((_score(each, cosine_at, judgement), each.sentence) for each in candidates),
        key=lambda pair: -pair[0],
    )
    chosen: list[Sentence] = []
    for score, sentence in scored:
        if len(chosen) == count or score < scored[0][0] - MARGIN:
            break
        if all(sentence.text != other.text for other in chosen):  # passages may overlap
            chosen.append(sentence)
    return chosen


def is_overview(question: str) -> bool:
    """True for "What is this document about?" and the like, which no sentence answers."""
    asked = set(terms(question))
    return bool(asked & _OVERVIEW) and asked <= _OVERVIEW | _AROUND_OVERVIEW


def openings(documents: Sequence[Document]) -> list[Sentence]:
    """The first real sentence of each of the best documents: what they say they are about."""
    found: list[Sentence] = []
    for position, document in enumerate(documents[:SENTENCES]):
        real = ((n, text) for n, (text, bag) in enumerate(_read(document.text)) if len(bag) >= 4)
        if first := next(real, None):
            found.append(Sentence(position, *first))
    return found


def quotes(chosen: Sequence[Sentence]) -> list[Quote]:
    """The chosen sentences by document, the best document first, neighbours put together.

    A sentence that was wrapped over lines is quoted in one.
    """
    found: list[Quote] = []
    for document in dict.fromkeys(sentence.document for sentence in chosen):
        previous: Sentence | None = None
        mine = [sentence for sentence in chosen if sentence.document == document]
        for sentence in sorted(mine, key=lambda each: each.order):
            if previous is not None and sentence.order == previous.order + 1:
                found[-1] = Quote(document, _joined(found[-1].text, _unwrapped(sentence)))
            else:
                found.append(Quote(document, _unwrapped(sentence)))
            previous = sentence
    return found


def _joined(before: str, after: str) -> str:
    """A heading or a list line keeps a line of its own."""
    return f"{before} {after}" if _ENDED.search(before) else f"{before}\n{after}"


def _unwrapped(sentence: Sentence) -> str:
    return " ".join(line.strip() for line in sentence.text.splitlines())


def _is_answered(
    candidates: Sequence[Candidate], cosines: Sequence[float], judgement: Judgement
) -> bool:
    return any(
        cosine + candidate.own_coverage / 4 >= judgement.nearness
        or candidate.own_coverage >= judgement.share
        for candidate, cosine in zip(candidates, cosines, strict=True)
    )


def _score(
    candidate: Candidate, cosine_at: dict[tuple[int, int], float], judgement: Judgement
) -> float:
    document, order = candidate.sentence.document, candidate.sentence.order
    before = max(cosine_at.get((document, order - 1), 0.0), 0.0)
    return (
        cosine_at[document, order]
        + _NEIGHBOUR * before
        + judgement.coverage * candidate.coverage
        - _RANK * document
    )


@lru_cache(maxsize=1024)  # the same passages are asked about again and again
def _read(text: str) -> list[tuple[str, frozenset[str]]]:
    sentences = [text[span.start : span.end] for span in split(text)]
    sentences = [sentence for sentence in sentences if not is_order(sentence)]
    read = [(sentence, frozenset(terms(sentence))) for sentence in sentences]
    return [(sentence, bag) for sentence, bag in read if bag]


def _weights(question: str, bags: Sequence[frozenset[str]]) -> dict[str, float]:
    wanted = dict.fromkeys(terms(question))
    containing = Counter(term for bag in bags for term in wanted if term in bag)
    total = len(bags) + 1
    return {term: math.log(1 + total / (1 + containing[term])) for term in wanted}


def _coverage(weights: dict[str, float], bag: frozenset[str]) -> float:
    if not weights:
        return 0.0
    return sum(weight for term, weight in weights.items() if term in bag) / sum(weights.values())
