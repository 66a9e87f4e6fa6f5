"""A knowledge base of many chunks, put where an indexed one would be, without embedding them."""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, insert, select, update

from chassis.database import sync_engine
from services.knowledge.adapters.tables import document, document_revision, knowledge_base
from services.knowledge.adapters.vector_index import MilvusVectorIndex
from services.knowledge.domain.chunking import Chunk
from services.knowledge.domain.index_run import IndexedChunk
from services.knowledge.domain.terms import analysed_text
from tools.bench import indexing
from tools.bench.ground import EMBED_MODEL, Ground
from tools.bench.stages import SPACE
from tools.bench.texts import words

Matrix = NDArray[np.float32]
VOCABULARY = 3_000
WORDS_PER_CHUNK = 60
CENTRES = 192
SPREAD = 0.6  # length of what is added to a centre of length 1
_SEED = 11


@dataclass(frozen=True, slots=True)
class Filled:
    """A searchable knowledge base. `vectors`: one row per chunk; `rows`: which, by document and number."""

    uuid: UUID
    vectors: Matrix
    rows: dict[tuple[int, int], int]


class Filler:
    """Texts of a small vocabulary; vectors around those of real sentences of the same words."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._random = random.Random(_SEED)
        self._vocabulary = words(VOCABULARY)
        self._weights = [1 / (rank + 10) for rank in range(len(self._vocabulary))]
        self._centres = self._embedded([self.sentence(12) for _ in range(CENTRES)])
        self._noise = np.random.default_rng(_SEED)

    def sentence(self, length: int) -> str:
        """Words by their usual frequency."""
        return " ".join(self._random.choices(self._vocabulary, self._weights, k=length))

    def fill(self, chunks: int) -> Filled:
        """Through knowledge's own adapter, document by document, as its worker does."""
        ground = self._ground
        base = UUID(ground.client.create_knowledge_base(f"{chunks} chunks")["uuid"])
        layout: Any = ground.variable("MILVUS_LAYOUT")
        kind: Any = ground.variable("MILVUS_INDEX")
        index = MilvusVectorIndex(
            url=ground.variable("MILVUS_URL"),
            token="",
            layout=layout,
            index=kind,
            analyse=analysed_text,
            timeout_s=120,
        )
        engine = sync_engine(ground.variable("KNOWLEDGE_DATABASE_URL"), pool_size=1)
        vectors, rows = self._vectors(chunks), dict[tuple[int, int], int]()
        index.open(base, SPACE)
        size = ground.sizes.chunks_per_document
        for start in range(0, chunks, size):
            count = min(size, chunks - start)
            document_id, revision = _document(engine, ground.user_id, base, count)
            made = list(self._chunks(document_id, revision, vectors[start : start + count]))
            index.put(base, SPACE, made)
            index.seal(base, SPACE, document_id=document_id, revision=revision, chunks=count)
            rows.update({(document_id, number): start + number for number in range(count)})
        engine.dispose()
        return Filled(base, vectors, rows)

    def _vectors(self, count: int) -> Matrix:
        around = self._centres[self._noise.integers(0, CENTRES, count)]
        dimension = around.shape[1]
        noise = self._noise.standard_normal((count, dimension), np.float32)
        made = around + noise * np.float32(SPREAD / np.sqrt(dimension))
        unit: Matrix = made / np.linalg.norm(made, axis=1, keepdims=True)
        return unit

    def _chunks(self, document_id: int, revision: int, vectors: Matrix) -> Iterator[IndexedChunk]:
        for number, vector in enumerate(vectors):
            text = self.sentence(WORDS_PER_CHUNK)
            chunk = Chunk(
                index=number,
                text=text,
                tokens=WORDS_PER_CHUNK,
                start_char=0,
                end_char=len(text),
                page=None,
                page_end=None,
                heading="",
            )
            yield IndexedChunk(
                document_id=document_id, revision=revision, chunk=chunk, vector=vector.tobytes()
            )

    def _embedded(self, texts: list[str]) -> Matrix:
        client = indexing.embedder(self._ground)
        return np.stack(
            [
                np.frombuffer(base64.b64decode(vector), "<f4")
                for at in range(0, len(texts), indexing.BATCH)
                for vector in indexing.embed_batch(
                    client, texts[at : at + indexing.BATCH], "search_document"
                )
            ]
        )


def _document(engine: Engine, user_id: int, base: UUID, chunks: int) -> tuple[int, int]:
    """The row of an indexed document: its id and revision."""
    with engine.begin() as connection:
        base_id = connection.execute(
            select(knowledge_base.c.id).where(knowledge_base.c.uuid == base)
        ).scalar_one()
        revision = connection.execute(select(document_revision.next_value())).scalar_one()
        row = insert(document).values(
            user_id=user_id,
            knowledge_base_id=base_id,
            kind="file",
            name=f"filled-{revision}.txt",
            object_key=f"bench/{revision}",
            size_bytes=chunks,
            status="indexed",
            active_revision=revision,
            active_space=str(SPACE),
            indexed_with=f"{EMBED_MODEL}|bench",
            revision=revision,
            chunks=chunks,
        )
        document_id = connection.execute(row.returning(document.c.id)).scalar_one()
    return int(document_id), int(revision)


def set_retrieval(ground: Ground, base: UUID, **fields: Any) -> None:
    """Change a knowledge base's settings of retrieval."""
    engine = sync_engine(ground.variable("KNOWLEDGE_DATABASE_URL"), pool_size=1)
    with engine.begin() as connection:
        mine = update(knowledge_base).where(knowledge_base.c.uuid == base)
        connection.execute(mine.values(**fields))
    engine.dispose()
