"""Find the passages of a knowledge base that answer a question."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from contracts.errors import InvalidRequest, NotFound, Unavailable
from services.knowledge.domain.index_run import ModelRefused
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.ranking import CANDIDATES, Hit, fuse, ordered, rerank
from services.knowledge.domain.search import (
    QUERY_CHARACTERS,
    FoundDocument,
    FoundPassage,
    SearchedBase,
    StoredChunk,
    document_of,
)
from services.knowledge.ports import (
    ObjectStore,
    PassageIndex,
    QueryEmbedder,
    Reranker,
    SearchedBases,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPassages:
    """Hybrid search in one base of one user. rerank_model: "" for none; rerank_weight: as in `rerank`."""

    bases: SearchedBases
    index: PassageIndex
    embedder: QueryEmbedder
    reranker: Reranker
    objects: ObjectStore
    rerank_model: str
    rerank_weight: float | None
    url_lifetime: timedelta

    async def __call__(self, *, user_id: int, uuid: UUID, query: str) -> list[FoundPassage]:
        """Best first. Raises NotFound, InvalidRequest, Unavailable."""
        text = query[:QUERY_CHARACTERS].strip()
        if not text:
            raise InvalidRequest.on("query", "This field may not be blank.")
        base = await self.bases.find(user_id=user_id, uuid=uuid)
        if base is None:
            raise NotFound(what="knowledge_base")
        if not base.spaces:
            return []
        try:
            return await self._passages(base, text)
        except ModelRefused as refusal:
            raise InvalidRequest(refusal.reason) from refusal

    async def _passages(self, base: SearchedBase, text: str) -> list[FoundPassage]:
        found = await self._found(base, text)
        spaces = {hit.chunk_id: each.space for each in found for hit in each.fused}
        best = _best(found)[: base.top_k]
        if not best:
            return []
        is_reranked = base.reranking_enabled and bool(self.rerank_model)
        wanted = best if is_reranked else best[: self._length(base)]
        chunks, documents = await asyncio.gather(
            self._chunks(base, [(spaces[hit.chunk_id], hit.chunk_id) for hit in wanted]),
            self.bases.documents({document_of(hit.chunk_id) for hit in wanted}),
        )
        # A chunk or a document that went meanwhile is left out.
        there = [
            hit
            for hit in wanted
            if hit.chunk_id in chunks and document_of(hit.chunk_id) in documents
        ]
        ranked = await self._reranked(text, there, chunks) if is_reranked and there else there
        similarity = {hit.chunk_id: hit.score for each in found for hit in each.dense}
        return [
            self._described(
                hit, chunks[hit.chunk_id], documents[document_of(hit.chunk_id)], similarity
            )
            for hit in ranked[: self._length(base)]
        ]

    async def _found(self, base: SearchedBase, text: str) -> list["_Found"]:
        """In every space: after a change of the model, documents answer from the old one meanwhile.

        A space whose model is gone is left out, unless it is the only one.
        """
        answers = await asyncio.gather(
            *(self._found_in(base, space, text) for space in base.spaces), return_exceptions=True
        )
        found = [answer for answer in answers if isinstance(answer, _Found)]
        for space, error in zip(base.spaces, answers, strict=True):
            if isinstance(error, BaseException):
                if not found or not isinstance(error, ModelRefused | InvalidRequest):
                    raise error
                log.warning("space_left_out", space=str(space), reason=str(error))
        return found

    async def _found_in(self, base: SearchedBase, space: VectorSpace, text: str) -> "_Found":
        dense, sparse = await asyncio.gather(
            self._dense(base, space, text), self._sparse(base, space, text)
        )
        return _Found(space, dense, fuse(dense, sparse, base.weights))

    async def _chunks(
        self, base: SearchedBase, wanted: Sequence[tuple[VectorSpace, str]]
    ) -> dict[str, StoredChunk]:
        by_space: dict[VectorSpace, list[str]] = {}
        for space, chunk_id in wanted:
            by_space.setdefault(space, []).append(chunk_id)
        read = [self.index.chunks(base.uuid, space, ids) for space, ids in by_space.items()]
        return {k: chunk for chunks in await asyncio.gather(*read) for k, chunk in chunks.items()}

    def _length(self, base: SearchedBase) -> int:
        return base.top_k_after_reranking if base.reranking_enabled else base.top_k

    async def _dense(self, base: SearchedBase, space: VectorSpace, text: str) -> list[Hit]:
        if not base.weights.dense:
            return []
        vector = await self.embedder.embed_query(space.model, text)
        if len(vector) != 4 * space.dimension:
            raise _indexed_otherwise(base, space)
        return await self.index.dense(
            base.uuid, space, vector, without=base.inactive, limit=CANDIDATES
        )

    async def _sparse(self, base: SearchedBase, space: VectorSpace, text: str) -> list[Hit]:
        if not base.weights.sparse:
            return []
        return await self.index.sparse(
            base.uuid, space, text, without=base.inactive, limit=CANDIDATES
        )

    async def _reranked(
        self, text: str, hits: list[Hit], chunks: dict[str, StoredChunk]
    ) -> list[Hit]:
        """The fused order where the reranker is away: it was good enough to be asked about."""
        texts = [chunks[hit.chunk_id].text for hit in hits]
        try:
            scores = await self.reranker.relevance(self.rerank_model, text, texts)
        except (Unavailable, ModelRefused) as error:
            log.warning("rerank_skipped", reason=str(error))
            return hits
        relevance = {hit.chunk_id: score for hit, score in zip(hits, scores, strict=True)}
        return rerank(hits, relevance, weight=self.rerank_weight)

    def _described(
        self,
        hit: Hit,
        chunk: StoredChunk,
        document: FoundDocument,
        similarity: dict[str, float],
    ) -> FoundPassage:
        return FoundPassage(
            document=document,
            chunk=chunk,
            url=document.url
            or self.objects.get_url(
                document.object_key, file_name=document.name, lifetime=self.url_lifetime
            ),
            score=hit.score,
            similarity=similarity.get(hit.chunk_id),
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """What one space has: by its vectors, and by both ways."""

    space: VectorSpace
    dense: list[Hit]
    fused: list[Hit]


def _best(found: Sequence[_Found]) -> list[Hit]:
    """Scores are scaled within their space, so that those of several can be compared at all."""
    if len(found) == 1:
        return found[0].fused
    return ordered({hit.chunk_id: hit.score for each in found for hit in each.fused})


def _indexed_otherwise(base: SearchedBase, space: VectorSpace) -> InvalidRequest:
    return InvalidRequest(
        f"The knowledge base was indexed with {space}; its embedding model is "
        f"{base.embedding_model} now. Index it again."
    )
