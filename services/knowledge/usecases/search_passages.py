"""Find the passages of a knowledge base that answer a question."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from contracts.errors import InvalidRequest, NotFound, Unavailable
from services.knowledge.domain.index_run import ModelRefused
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.ranking import CANDIDATES, Hit, fuse, rerank
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
        space = _space(base)
        dense, sparse = await asyncio.gather(
            self._dense(base, space, text), self._sparse(base, space, text)
        )
        best = fuse(dense, sparse, base.weights)[: base.top_k]
        if not best:
            return []
        is_reranked = base.reranking_enabled and bool(self.rerank_model)
        wanted = best if is_reranked else best[: self._length(base)]
        chunks, documents = await asyncio.gather(
            self.index.chunks(base.uuid, space, [hit.chunk_id for hit in wanted]),
            self.bases.documents({document_of(hit.chunk_id) for hit in wanted}),
        )
        # A chunk or a document that went meanwhile is left out.
        there = [
            hit
            for hit in wanted
            if hit.chunk_id in chunks and document_of(hit.chunk_id) in documents
        ]
        ranked = await self._reranked(text, there, chunks) if is_reranked and there else there
        similarity = {hit.chunk_id: hit.score for hit in dense}
        return [
            self._described(
                hit, chunks[hit.chunk_id], documents[document_of(hit.chunk_id)], similarity
            )
            for hit in ranked[: self._length(base)]
        ]

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


def _space(base: SearchedBase) -> VectorSpace:
    """The newest of the base's model; of any model where no vectors are compared."""
    for space in base.spaces:
        if space.model == base.embedding_model or not base.weights.dense:
            return space
    raise _indexed_otherwise(base, base.spaces[0])


def _indexed_otherwise(base: SearchedBase, space: VectorSpace) -> InvalidRequest:
    return InvalidRequest(
        f"The knowledge base was indexed with {space}; its embedding model is "
        f"{base.embedding_model} now. Index it again."
    )
