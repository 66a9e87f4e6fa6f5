"""Measures nDCG@10 of the search use case on public sets; a script, no test.

    python -m tests.integration.knowledge.measure_retrieval xquad_en cranfield [--queries 300]

Needs Milvus and a model server, by the product's own variables. One chunk per document.
"""

import argparse
import asyncio
import json
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from pymilvus import MilvusClient

from services.knowledge.adapters import milvus_schema as lie
from services.knowledge.adapters.models import BATCH_TEXTS, CohereEmbedder, CohereQueries
from services.knowledge.adapters.passage_index import MilvusPassageIndex
from services.knowledge.adapters.vector_index import MilvusVectorIndex
from services.knowledge.domain.chunking import Chunk
from services.knowledge.domain.index_run import IndexedChunk
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.ranking import Weights
from services.knowledge.domain.search import FoundDocument, SearchedBase
from services.knowledge.domain.terms import analysed_text
from services.knowledge.settings import SearchSettings
from services.knowledge.usecases.search_passages import SearchPassages

DATA = Path("/work/shared/data/retrieval")
MODEL = "local-embed"
LAYOUT = "collection_per_knowledge_base"
AT_ONCE = 4


@dataclass
class OneBase:
    """The port `SearchedBases`, for one base that holds everything."""

    base: SearchedBase

    async def find(self, *, user_id: int, uuid: UUID) -> SearchedBase:
        return self.base

    async def documents(self, document_ids: Iterable[int]) -> dict[int, FoundDocument]:
        return {
            one: FoundDocument(id=one, name=str(one), kind="file", object_key=str(one))
            for one in document_ids
        }


class NoObjects:
    """Signs nothing."""

    def get_url(self, key: str, **_: Any) -> str:
        return key


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def relevance(folder: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines():
        query, *rest, grade = line.split("\t")
        if grade.lstrip("-").isdigit() and int(grade) > 0:
            found.setdefault(query, {})[rest[-1]] = int(grade)
    return found


def ndcg(ranked: Sequence[str], grades: dict[str, int]) -> float:
    def gain(values: Sequence[int]) -> float:
        return sum(value / math.log2(place + 2) for place, value in enumerate(values[:10]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(one, 0) for one in ranked]) / best


def fill(settings: SearchSettings, folder: Path) -> tuple[SearchedBase, list[str]]:
    corpus = read(folder / "corpus.jsonl")
    key = settings.models_api_key.get_secret_value()
    embedder = CohereEmbedder(url=settings.models_url, api_key=key, timeout_s=120)
    index = MilvusVectorIndex(
        url=settings.milvus_url, token="", layout=LAYOUT, index="FLAT", analyse=analysed_text
    )
    uuid, started, space = uuid4(), time.monotonic(), None
    for at in range(0, len(corpus), BATCH_TEXTS):
        batch = corpus[at : at + BATCH_TEXTS]
        texts = [f"{one.get('title') or ''}\n{one['text']}".strip() or "-" for one in batch]
        vectors = embedder.embed(MODEL, texts)
        if space is None:
            space = VectorSpace(model=MODEL, dimension=len(vectors[0]) // 4)
            index.open(uuid, space)
        rows = [_row(at + n, text, vectors[n]) for n, text in enumerate(texts)]
        index.put(uuid, space, rows)
    assert space is not None
    index.seal(uuid, space, document_id=0, revision=1, chunks=2)
    print(f"{folder.name}: {len(corpus)} documents in {time.monotonic() - started:.0f} s")
    base = SearchedBase(
        uuid=uuid,
        embedding_model=MODEL,
        weights=Weights(dense=0.5, sparse=0.5),
        top_k=10,
        reranking_enabled=False,
        top_k_after_reranking=10,
        spaces=(space,),
        inactive=(),
    )
    return base, [one["_id"] for one in corpus]


def _row(number: int, text: str, vector: bytes) -> IndexedChunk:
    chunk = Chunk(
        index=0, text=text, tokens=0, start_char=0, end_char=0, page=None, page_end=None, heading=""
    )
    return IndexedChunk(document_id=number, revision=1, chunk=chunk, vector=vector)


async def measure(settings: SearchSettings, folder: Path, limit: int) -> None:
    base, names = fill(settings, folder)
    grades = relevance(folder)
    queries = [one for one in read(folder / "queries.jsonl") if one["_id"] in grades]
    queries = queries[:: max(1, len(queries) // limit)]
    key = settings.models_api_key.get_secret_value()
    models = CohereQueries(url=settings.models_url, api_key=key, timeout_s=30)
    index = MilvusPassageIndex(
        url=settings.milvus_url,
        token="",
        layout=LAYOUT,
        index="FLAT",
        analyse=analysed_text,
        timeout_s=30,
    )
    variants = [(f"sparse_weightage {w}", w, None, 10) for w in (0.0, 0.3, 0.5, 0.7, 1.0)]
    variants += [(f"0.5, rerank {k} x {r}", 0.5, r, k) for k in (10, 30) for r in (0.1, 0.3, 0.6)]
    for label, sparse, weight, top_k in variants:
        searched = replace(
            base,
            weights=Weights(dense=1 - sparse, sparse=sparse),
            reranking_enabled=weight is not None,
            top_k=top_k,
        )
        find = SearchPassages(
            bases=OneBase(searched),
            index=index,
            embedder=models,
            reranker=models,
            objects=NoObjects(),  # type: ignore[arg-type]
            rerank_model="local-rerank" if weight is not None else "",
            rerank_weight=weight,
            url_lifetime=timedelta(hours=1),
        )
        score, took_ms = await _mean(find, base.uuid, queries, grades, names)
        print(f"{folder.name:10} {label:24} nDCG@10 {score:.3f}   {took_ms:.1f} ms")
    await models.close()
    await index.close()
    client = MilvusClient(settings.milvus_url)
    client.drop_collection(lie.collection_name(LAYOUT, base.uuid, base.spaces[0]))


async def _mean(
    find: SearchPassages,
    uuid: UUID,
    queries: list[dict[str, Any]],
    grades: dict[str, dict[str, int]],
    names: list[str],
) -> tuple[float, float]:
    turn, started = asyncio.Semaphore(AT_ONCE), time.monotonic()

    async def one(query: dict[str, Any]) -> float:
        async with turn:
            found = await find(user_id=1, uuid=uuid, query=query["text"])
        return ndcg([names[each.document.id] for each in found], grades[query["_id"]])

    scores = await asyncio.gather(*map(one, queries))
    took_ms = (time.monotonic() - started) * 1000 / len(queries)
    return sum(scores) / len(scores), took_ms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--queries", type=int, default=300)
    arguments = parser.parse_args()
    for name in arguments.sets:
        asyncio.run(measure(SearchSettings(), DATA / name, arguments.queries))


if __name__ == "__main__":
    main()
