"""Scores documents against a query by the rare words they share and how closely those stand."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from services.models.domain.terms import terms

WINDOW = 60  # terms, about a paragraph
_SATURATION = 0.6


def scores(query: str, documents: Sequence[str]) -> list[float]:
    """One score in 0-1 per document: the weighted share of the query's terms, in the whole
    document and in its best window."""
    wanted = list(dict.fromkeys(terms(query)))
    bags = [terms(document) for document in documents]
    counts = [Counter(bag) for bag in bags]
    total = len(documents)
    weights = {
        term: math.log(1 + (total + 1) / (0.5 + sum(1 for count in counts if term in count)))
        for term in wanted
    }
    whole = sum(weights.values()) or 1.0
    return [
        (0.5 * _saturated(weights, count) + 0.5 * _best_window(weights, bag)) / whole
        for bag, count in zip(bags, counts, strict=True)
    ]


def _saturated(weights: dict[str, float], count: Counter[str]) -> float:
    return sum(
        weight * count[term] / (count[term] + _SATURATION)
        for term, weight in weights.items()
        if term in count
    )


def _best_window(weights: dict[str, float], bag: Sequence[str]) -> float:
    places = [(at, term) for at, term in enumerate(bag) if term in weights]
    starts = [at for at, _ in places]
    best = 0.0
    for index, (at, _) in enumerate(places):
        end = bisect_left(starts, at + WINDOW)
        best = max(best, sum(weights[term] for term in {term for _, term in places[index:end]}))
    return best
