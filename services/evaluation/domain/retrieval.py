"""How well a search found the passages that answer a question; no model is needed to say so."""

import math
from collections.abc import Sequence

from contracts.rpc.evaluation import SourcePassage
from services.evaluation.domain.passage_match import is_same

HIT_DEPTHS = (1, 5)


def retrieval_scores(
    sources: Sequence[SourcePassage], retrieved: Sequence[SourcePassage]
) -> dict[str, float]:
    """hit@1, hit@5, hit@k (of all that came), mrr, ndcg; empty where the case knows no source.

    hit: one source or more is among the first. ndcg: every source counts once, where it first comes.
    """
    known = [source for source in sources if source.document_id or source.document_name]
    if not known:
        return {}
    ranks = sorted(rank for source in known if (rank := _rank(source, retrieved)) is not None)
    best = ranks[0] if ranks else None
    hits = {f"hit@{depth}": _hit(best, depth) for depth in HIT_DEPTHS}
    return {
        **hits,
        "hit@k": _hit(best, len(retrieved)),
        "mrr": 1 / best if best else 0.0,
        "ndcg": _ndcg(ranks, len(known)),
    }


def _rank(source: SourcePassage, retrieved: Sequence[SourcePassage]) -> int | None:
    """Counted from 1."""
    places = enumerate(retrieved, start=1)
    return next((rank for rank, passage in places if is_same(source, passage)), None)


def _hit(rank: int | None, depth: int) -> float:
    return float(rank is not None and rank <= depth)


def _ndcg(ranks: Sequence[int], wanted: int) -> float:
    """Two sources that were cut into one chunk since share a rank, and both count there."""
    gained = sum(1 / math.log2(rank + 1) for rank in ranks)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, wanted + 1))
    return min(1.0, gained / ideal)
