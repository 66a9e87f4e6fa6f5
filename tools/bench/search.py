"""Search over many chunks, next to exact search in numpy on the same vectors."""

import asyncio
import base64
import time
from typing import Any
from uuid import UUID

import grpc
import numpy as np

from protos.knowledge.v1 import search_pb2, search_pb2_grpc
from services.knowledge.domain.ranking import CANDIDATES
from tools.bench import indexing
from tools.bench.figures import Spread, milliseconds
from tools.bench.filling import Filled, Filler, Matrix, set_retrieval
from tools.bench.ground import Ground
from tools.bench.stages import SPACE, Stages, passage_index, timed
from tools.bench.table import Measured, Row

TOP = 10
WARMED_WITHIN_S = 90
_WORDS = 8


class Searcher:
    """Asks `Search.Passages` over one channel."""

    def __init__(self, ground: Ground) -> None:
        self._channel = grpc.insecure_channel(ground.variable("SEARCH_ADDRESS"))
        self._ask = search_pb2_grpc.SearchStub(self._channel).Passages
        self._user_id = ground.user_id

    def __call__(self, base: UUID, query: str) -> list[Any]:
        request = search_pb2.PassagesRequest(
            user_id=self._user_id, knowledge_base_uuid=str(base), query=query
        )
        return list(self._ask(request, timeout=30).passages)

    def warm(self, base: UUID, query: str) -> float:
        """Seconds until a search has succeeded: indexes are read and built at their first use."""
        began = time.perf_counter()
        while True:
            try:
                self(base, query)
                return time.perf_counter() - began
            except grpc.RpcError:
                if time.perf_counter() - began > WARMED_WITHIN_S:
                    raise
                time.sleep(0.5)


def measure(ground: Ground) -> Measured:
    """Every size of knowledge base, the small one first."""
    measured = Measured()
    filler = Filler(ground)
    for chunks in ground.sizes.bases:
        began = time.perf_counter()
        filled = filler.fill(chunks)
        seconds = time.perf_counter() - began
        raw = _measure(ground, filler, filled)
        raw["filled_per_s"] = round(chunks / seconds)
        measured.raw[str(chunks)] = raw
        measured.rows += _rows(f"{chunks // 1000}k" if chunks >= 1000 else str(chunks), raw)
    return measured


def _measure(ground: Ground, filler: Filler, filled: Filled) -> dict[str, Any]:
    searcher, found = Searcher(ground), Stages()
    queries = [filler.sentence(_WORDS) for _ in range(ground.sizes.queries)]
    set_retrieval(ground, filled.uuid, retrieval_method="dense", reranking_enabled=False, top_k=TOP)
    first_dense = searcher.warm(filled.uuid, filler.sentence(_WORDS))
    recall = _dense(ground, searcher, filler, filled, found=found, queries=queries)
    set_retrieval(ground, filled.uuid, retrieval_method="hybrid", reranking_enabled=True)
    first_hybrid = searcher.warm(filled.uuid, filler.sentence(_WORDS))
    for query in queries:
        began = time.perf_counter()
        searcher(filled.uuid, f"{filler.sentence(1)} {query}")
        found.setdefault("hybrid", []).append(time.perf_counter() - began)
    asyncio.run(_milvus_alone(ground, filled, queries, found))
    return {
        **{stage: Spread.of(seconds).as_json() for stage, seconds in found.items()},
        "recall_at_10": round(recall, 4),
        "first_dense_s": round(first_dense, 2),
        "first_hybrid_s": round(first_hybrid, 2),
    }


def _dense(
    ground: Ground,
    searcher: Searcher,
    filler: Filler,
    filled: Filled,
    *,
    found: Stages,
    queries: list[str],
) -> float:
    """The search, the embedding of another question, and the exact search take turns; mean recall."""
    client = indexing.embedder(ground)
    recalls = []
    for query in queries:
        began = time.perf_counter()
        passages = searcher(filled.uuid, query)
        found.setdefault("dense", []).append(time.perf_counter() - began)
        other = filler.sentence(_WORDS)
        began = time.perf_counter()
        indexing.embed_batch(client, [other], "search_query")
        found.setdefault("embed", []).append(time.perf_counter() - began)
        [encoded] = indexing.embed_batch(client, [query], "search_query")
        vector = np.frombuffer(base64.b64decode(encoded), "<f4")
        began = time.perf_counter()
        exact = exact_search(filled.vectors, vector, CANDIDATES)
        found.setdefault("numpy", []).append(time.perf_counter() - began)
        ours = {filled.rows[passage.document_id, passage.chunk] for passage in passages}
        recalls.append(len(ours & set(exact[:TOP].tolist())) / TOP)
    return sum(recalls) / len(recalls)


def exact_search(vectors: Matrix, query: Matrix, count: int) -> Any:
    """The rows of the `count` nearest by inner product, nearest first."""
    scores = vectors @ query
    count = min(count, len(scores))
    best = np.argpartition(-scores, count - 1)[:count]
    return best[np.argsort(-scores[best])]


async def _milvus_alone(ground: Ground, filled: Filled, queries: list[str], found: Stages) -> None:
    """knowledge's adapter without what is around it."""
    index, client = passage_index(ground), indexing.embedder(ground)
    everything: Any = {"without": (), "limit": CANDIDATES}
    try:
        for query in queries:
            [encoded] = indexing.embed_batch(client, [query], "search_query")
            vector = base64.b64decode(encoded)
            dense = index.dense(filled.uuid, SPACE, vector, **everything)
            hits = await timed(found, "milvus_dense", dense)
            sparse = index.sparse(filled.uuid, SPACE, query, **everything)
            await timed(found, "milvus_bm25", sparse)
            ids = [hit.chunk_id for hit in hits[:TOP]]
            await timed(found, "milvus_texts", index.chunks(filled.uuid, SPACE, ids))
    finally:
        await index.close()


def _rows(size: str, raw: dict[str, Any]) -> list[Row]:
    def said(stage: str) -> str:
        return f"{milliseconds(raw[stage]['p50'])} / {milliseconds(raw[stage]['p95'])} ms"

    def against_numpy(stage: str) -> str:
        return f"{raw[stage]['p50'] / raw['numpy']['p50']:.1f} x"

    exact = f"numpy {said('numpy')}"
    return [
        Row(
            what=f"Search {size} chunks, dense, all of it",
            ours=said("dense"),
            reference=f"embed {said('embed')} + {exact}",
            compared=f"+{milliseconds(_beyond(raw, 'dense'))} ms",
        ),
        Row(
            what=f"Search {size} chunks, hybrid, reranked",
            ours=said("hybrid"),
            reference=f"embed {said('embed')} + {exact}",
            compared=f"+{milliseconds(_beyond(raw, 'hybrid'))} ms",
        ),
        Row(
            what=f"Search {size} chunks, Milvus alone, dense",
            ours=said("milvus_dense"),
            reference=exact,
            compared=f"{against_numpy('milvus_dense')}, recall@10 {raw['recall_at_10']:.3f}",
        ),
        Row(
            what=f"Search {size} chunks, Milvus alone, BM25",
            ours=said("milvus_bm25"),
            reference=exact,
            compared=against_numpy("milvus_bm25"),
        ),
    ]


def _beyond(raw: dict[str, Any], stage: str) -> float:
    beyond: float = raw[stage]["p50"] - raw["embed"]["p50"] - raw["numpy"]["p50"]
    return beyond
