"""Milvus in every layout and index: bases and revisions never mix, repeats overwrite."""

import struct
from uuid import uuid4

import pytest
from pymilvus import MilvusClient

from services.knowledge.adapters import milvus_schema as lie
from services.knowledge.adapters.passage_index import MilvusPassageIndex
from services.knowledge.adapters.vector_index import MilvusVectorIndex
from services.knowledge.domain.chunking import Chunk
from services.knowledge.domain.index_run import IndexedChunk, StaleVectors
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.terms import analysed_text

SPACE = VectorSpace(model="of-these-tests", dimension=4)
LAYOUTS = ("collection_per_knowledge_base", "partition_key")


def vector(*numbers: float) -> bytes:
    return struct.pack("<4f", *numbers)


def rows(document_id: int, revision: int, *texts: str) -> list[IndexedChunk]:
    return [
        IndexedChunk(
            document_id=document_id,
            revision=revision,
            chunk=Chunk(
                index=number,
                text=text,
                tokens=1,
                start_char=0,
                end_char=1,
                page=number + 1,
                page_end=None,
                heading="Kopf",
            ),
            vector=vector(1, number, 0, 0),
        )
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize("kind", ["FLAT", "HNSW"])
@pytest.mark.parametrize("layout", LAYOUTS)
async def test_only_active_chunks_of_the_base_are_found(product, layout, kind) -> None:
    url = product.stack.environment["PARLANCE_MILVUS_URL"]
    mine, other = uuid4(), uuid4()
    options = {"url": url, "token": "", "layout": layout, "index": kind, "analyse": analysed_text}
    written = MilvusVectorIndex(**options)
    for base in (mine, other):
        written.open(base, SPACE)
        written.open(base, SPACE)
    written.put(mine, SPACE, rows(1, 10, "old lighthouse", "old harbour", "old pier"))
    written.put(mine, SPACE, rows(1, 11, "new lighthouse", "new harbour"))
    written.put(mine, SPACE, rows(1, 11, "new lighthouse", "new harbour"))
    written.put(other, SPACE, rows(2, 12, "foreign lighthouse"))
    sealed = {"document_id": 1, "revision": 11}
    assert written.seal(mine, SPACE, chunks=2, **sealed) == 2
    assert written.seal(mine, SPACE, chunks=1, **sealed) == 1

    found = MilvusPassageIndex(**options, timeout_s=5)
    asked = {"without": [10], "limit": 10}
    try:
        dense = await found.dense(mine, SPACE, vector(1, 0, 0, 0), **asked)
        sparse = await found.sparse(mine, SPACE, "Lighthouses", **asked)
        assert [hit.chunk_id for hit in dense] == [hit.chunk_id for hit in sparse] == ["1:11:0"]
        assert dense[0].score == pytest.approx(1)
        assert sparse[0].score > 0
        assert await found.sparse(mine, SPACE, "the", **asked) == []
        chunks = await found.chunks(mine, SPACE, ["1:11:0", "1:11:7"])
        assert list(chunks) == ["1:11:0"]
        assert (chunks["1:11:0"].page, chunks["1:11:0"].heading) == (1, "Kopf")

        stale = StaleVectors(revision=10, knowledge_base_uuid=mine, space=SPACE, document_id=1)
        written.purge(stale)
        written.purge(stale)
        left = await found.dense(mine, SPACE, vector(1, 0, 0, 0), without=[], limit=10)
        assert [hit.chunk_id for hit in left] == ["1:11:0"]
    finally:
        await found.close()
        client = MilvusClient(url)
        for name in {lie.collection_name(layout, base, SPACE) for base in (mine, other)}:
            client.drop_collection(name)
        client.close()


async def test_purging_what_never_was_is_no_error(product) -> None:
    written = MilvusVectorIndex(
        url=product.stack.environment["PARLANCE_MILVUS_URL"],
        token="",
        layout="collection_per_knowledge_base",
        index="FLAT",
        analyse=analysed_text,
    )
    written.purge(StaleVectors(revision=1, knowledge_base_uuid=uuid4(), space=SPACE, document_id=1))
