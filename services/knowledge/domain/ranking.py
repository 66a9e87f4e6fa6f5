"""How dense and sparse findings become one ranking."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.rpc.knowledge import Method

CANDIDATES = 100
"""Per retriever; the scores of a query are scaled over so many of its best (design/models.md 2.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """score: of its retriever, the greater the better."""

    chunk_id: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Shares of the retrievers; they sum to 1, and one of 0 is not asked."""

    dense: float
    sparse: float


def weights(
    *, embedding_type: Method, retrieval_method: Method, sparse_weightage: float
) -> Weights:
    """A search uses what both settings allow; where they exclude each other, what is embedded."""
    allowed = embedding_type if retrieval_method == "hybrid" else retrieval_method
    if embedding_type != "hybrid":
        allowed = embedding_type
    share = {"dense": 0.0, "sparse": 1.0, "hybrid": sparse_weightage}[allowed]
    return Weights(dense=1 - share, sparse=share)


def fuse(dense: Sequence[Hit], sparse: Sequence[Hit], shares: Weights) -> list[Hit]:
    """Best first; scores 0 to 1: each retriever's, scaled from its worst hit to its best, weighted."""
    scores: dict[str, float] = {}
    for hits, share in ((dense, shares.dense), (sparse, shares.sparse)):
        for chunk_id, score in _scaled(hits).items():
            scores[chunk_id] = scores.get(chunk_id, 0.0) + share * score
    return ordered(scores)


def _scaled(hits: Sequence[Hit]) -> dict[str, float]:
    """Min-max; the only score, or one that all share, counts in full."""
    if not hits:
        return {}
    lowest = min(hit.score for hit in hits)
    span = max(hit.score for hit in hits) - lowest
    return {hit.chunk_id: (hit.score - lowest) / span if span else 1.0 for hit in hits}


def rerank(
    hits: Iterable[Hit], relevance: Mapping[str, float], *, weight: float | None
) -> list[Hit]:
    """Best first. relevance: 0 to 1. weight: of a lexical reranker, beside the fused score, which
    knows more than it; None for a cross-encoder, whose word is the last."""
    if weight is None:
        return ordered({hit.chunk_id: relevance[hit.chunk_id] for hit in hits})
    blended = {
        hit.chunk_id: (hit.score + weight * relevance[hit.chunk_id]) / (1 + weight) for hit in hits
    }
    return ordered(blended)


def ordered(scores: Mapping[str, float]) -> list[Hit]:
    """Best first; equal ones in the order of their ids, so that a search repeats itself."""
    best_first = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
    return [Hit(chunk_id=chunk_id, score=score) for chunk_id, score in best_first]
