"""Scores documents against a query by the rare words they share and how closely those stand.

What this does to a hybrid order is measured in docs/decisions/0012-lexical-rerank.md.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from services.models.domain.terms import terms

WINDOW = 60  # terms, about a paragraph
_SATURATION = 0.6


def scores(query: str, documents: Sequence[str]) -> list[float]:
    """One score in 0-1 per document.

    Half of it is the weighted share of the query's terms, in the whole document and in its best
    window; half the share of the query's neighbouring pairs that are (nearly) neighbours there.
    """
    wanted = terms(query)
    bags = [terms(document) for document in documents]
    counts = [Counter(bag) for bag in bags]
    weights = _weights(wanted, counts)
    whole = sum(weights.values()) or 1.0
    pairs = set(pairwise(wanted))
    return [
        (_saturated(weights, count) + _best_window(weights, bag)) / whole / 4
        + _kept_pairs(pairs, bag) / 2
        for bag, count in zip(bags, counts, strict=True)
    ]


def _weights(wanted: Sequence[str], counts: Sequence[Counter[str]]) -> dict[str, float]:
    total = len(counts) + 1
    return {
        term: math.log(1 + total / (0.5 + sum(term in count for count in counts)))
        for term in dict.fromkeys(wanted)
    }


def _kept_pairs(pairs: set[tuple[str, str]], bag: Sequence[str]) -> float:
    if not pairs:
        return 0.0
    near = set(pairwise(bag)) | set(zip(bag, bag[2:], strict=False))
    return len(pairs & near) / len(pairs)


def _saturated(weights: Mapping[str, float], count: Counter[str]) -> float:
    return sum(
        weight * count[term] / (count[term] + _SATURATION)
        for term, weight in weights.items()
        if term in count
    )


def _best_window(weights: Mapping[str, float], bag: Sequence[str]) -> float:
    places = [(at, term) for at, term in enumerate(bag) if term in weights]
    starts = [at for at, _ in places]
    best = 0.0
    for index, (at, _) in enumerate(places):
        end = bisect_left(starts, at + WINDOW)
        best = max(best, sum(weights[term] for term in {term for _, term in places[index:end]}))
    return best
