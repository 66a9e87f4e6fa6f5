"""Turn chunks into vectors and store them, one batch being embedded while another is stored."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from services.knowledge.domain.chunking import Chunk
from services.knowledge.domain.index_run import (
    Claim,
    IndexedChunk,
    MakesWay,
    ModelRefused,
    Vector,
)
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.ports import Embedder, IndexRuns, VectorIndex
from services.knowledge.usecases.stages import Stages

BATCH = 96
STORING_AT_ONCE = 2

Embedding = tuple[list[Chunk], Future[list[Vector]]]


@dataclass(slots=True, kw_only=True)
class FillIndex:
    """One run for one claim. Holds a few batches at a time, however long the document is.

    check: raises when the run must not go on. turn_s: after so much embedding that got it further,
    the run ends where other documents wait.
    """

    claim: Claim
    runs: IndexRuns
    embedder: Embedder
    vectors: VectorIndex
    embed_at_once: int
    check: Callable[[], None]
    stages: Stages
    turn_s: float
    clock: Callable[[], float] = time.monotonic
    space: VectorSpace | None = None
    is_last_read: bool = False
    turn_began: float | None = None
    reached: Chunk | None = None
    embedding: deque[Embedding] = field(default_factory=deque)
    storing: deque[tuple[Chunk, Future[None]]] = field(default_factory=deque)

    def __call__(self, chunks: Iterator[Chunk]) -> tuple[int, VectorSpace | None]:
        """How many chunks there are, and the space they are in.

        Raises Unavailable, ModelRefused, MakesWay.
        """
        self.space = self.claim.space
        total = 0
        with ThreadPoolExecutor(self.embed_at_once) as embed, ThreadPoolExecutor(1) as store:
            try:
                while batch := list(islice(chunks, BATCH)):
                    self.check()
                    total += len(batch)
                    fresh = [chunk for chunk in batch if chunk.index >= self.claim.reached]
                    if fresh:
                        self._make_way(store)
                        self._embed(embed, fresh)
                    while len(self.embedding) > self.embed_at_once:
                        self._store(store)
                self.is_last_read = True
                self._drain(store)
            finally:
                embed.shutdown(wait=False, cancel_futures=True)
        return total, self.space

    def _make_way(self, store: ThreadPoolExecutor) -> None:
        """Nothing that was embedded is lost: it is stored first."""
        if self.turn_began is None:
            self.turn_began = self.clock()
        is_over = self.clock() - self.turn_began >= self.turn_s
        if self.reached is not None and is_over and self.runs.others_wait(self.claim):
            self._drain(store)
            raise MakesWay(self.stages.makes_way(self.reached))

    def _drain(self, store: ThreadPoolExecutor) -> None:
        while self.embedding:
            self._store(store)
        while self.storing:
            self._settle()

    def _embed(self, pool: ThreadPoolExecutor, batch: list[Chunk]) -> None:
        texts = [chunk.searched_text for chunk in batch]
        model = self.claim.settings.embedding_model
        self.embedding.append((batch, pool.submit(self.embedder.embed, model, texts)))

    def _store(self, pool: ThreadPoolExecutor) -> None:
        """The oldest batch goes on to the index."""
        batch, embedded = self.embedding.popleft()
        vectors = embedded.result()
        space = self._entered(len(vectors[0]) // 4)
        rows = [
            IndexedChunk(
                document_id=self.claim.document_id,
                revision=self.claim.revision,
                chunk=chunk,
                vector=vector,
            )
            for chunk, vector in zip(batch, vectors, strict=True)
        ]
        while self.storing and (len(self.storing) >= STORING_AT_ONCE or self.storing[0][1].done()):
            self._settle()
        base = self.claim.knowledge_base_uuid
        self.storing.append((batch[-1], pool.submit(self.vectors.put, base, space, rows)))

    def _entered(self, dimension: int) -> VectorSpace:
        """The space of these vectors; it is remembered before the first of them is stored."""
        space = VectorSpace(model=self.claim.settings.embedding_model, dimension=dimension)
        if self.space is None:
            self.runs.enter_space(self.claim, space)
            self.vectors.open(self.claim.knowledge_base_uuid, space)
            self.space = space
        elif space != self.space:
            raise ModelRefused(
                f"The embedding model changed while the document was indexed ({self.space}, {space})."
            )
        return space

    def _settle(self) -> None:
        """The oldest batch is in."""
        last, stored = self.storing.popleft()
        stored.result()
        self.check()
        is_last = self.is_last_read and not self.embedding and not self.storing
        stage = self.stages.embedded(last, is_last=is_last)
        self.runs.reach(self.claim, last.index + 1, stage=stage)
        self.reached = last
