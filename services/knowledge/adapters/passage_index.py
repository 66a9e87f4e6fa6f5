"""Chunks in Milvus: searched, over gRPC on the event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import grpc
import numpy as np
import structlog
from pymilvus import AsyncMilvusClient
from pymilvus.client.types import Status
from pymilvus.exceptions import ErrorCode, MilvusException

from contracts.errors import Unavailable
from services.knowledge.adapters import milvus_schema as lie
from services.knowledge.adapters.vector_index import (
    AWAY,
    CAPABILITY,
    CHANNEL,
    CONNECT_S,
    NO_SUCH_COLLECTION,
    NOT_LOADED,
)
from services.knowledge.domain.index_run import Vector
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.ranking import Hit
from services.knowledge.domain.search import StoredChunk, document_of

log = structlog.get_logger(__name__)
Result = TypeVar("Result")
SILENT_IN_A_ROW = 3
"""Searches without any answer, none in between with one: then the connection is to blame."""
_FIELDS = ["document_id", "chunk", "page", "heading", "text"]


class MilvusPassageIndex:
    """The port `PassageIndex`. Connects at its first use, and again once the connection is lost.

    All searches share the client: one of them that fails leaves it to the others.
    """

    def __init__(
        self,
        *,
        url: str,
        token: str,
        layout: lie.Layout,
        index: lie.IndexType,
        analyse: Callable[[str], str],
        timeout_s: float,
    ) -> None:
        self._url = url
        self._token = token
        self._layout = layout
        self._parameters = {"ef": lie.SEARCH_EF} if index == "HNSW" else {}
        self._analyse = analyse
        self._timeout_s = timeout_s
        self._client: AsyncMilvusClient | None = None
        self._silent = 0  # searches in a row

    async def dense(
        self, base: UUID, space: VectorSpace, vector: Vector, *, without: Sequence[int], limit: int
    ) -> list[Hit]:
        data = np.frombuffer(vector, "<f4")
        only = lie.base_filter(base, without=without)
        found = await self._search(base, space, field="dense", data=data, only=only, limit=limit)
        return [Hit(chunk_id=hit["id"], score=float(hit["distance"])) for hit in found]

    async def sparse(
        self, base: UUID, space: VectorSpace, query: str, *, without: Sequence[int], limit: int
    ) -> list[Hit]:
        terms = self._analyse(query)
        if not terms:
            return []
        only = lie.base_filter(base, without=without)
        found = await self._search(base, space, field="sparse", data=terms, only=only, limit=limit)
        # Lite's BM25 scores are negative, the best ones most so.
        hits = [Hit(chunk_id=hit["id"], score=abs(float(hit["distance"]))) for hit in found]
        return [hit for hit in hits if hit.score]

    async def _search(
        self,
        base: UUID,
        space: VectorSpace,
        *,
        field: str,
        data: Any,
        only: str,
        limit: int,
    ) -> list[dict[str, Any]]:
        name = lie.collection_name(self._layout, base, space)
        parameters = self._parameters if field == "dense" else {}

        async def search(client: AsyncMilvusClient) -> list[dict[str, Any]]:
            found = await client.search(
                name,
                [data],
                filter=only,
                limit=limit,
                anns_field=field,
                search_params={"params": parameters},
                output_fields=[
                    "chunk"
                ],  # Lite answers every field, vectors too, when none is named
                timeout=self._timeout_s,
            )
            return list(found[0])

        return await self._ask(name, search)

    async def chunks(
        self, base: UUID, space: VectorSpace, chunk_ids: Sequence[str]
    ) -> dict[str, StoredChunk]:
        name = lie.collection_name(self._layout, base, space)

        async def read(client: AsyncMilvusClient) -> list[dict[str, Any]]:
            return list(
                await client.query(
                    name, ids=list(chunk_ids), output_fields=_FIELDS, timeout=self._timeout_s
                )
            )

        return {row["id"]: _chunk(row) for row in await self._ask(name, read)}

    async def _ask(
        self, name: str, work: Callable[[AsyncMilvusClient], Awaitable[Result]]
    ) -> Result:
        try:
            async with asyncio.timeout(self._timeout_s):
                result = await self._answered(name, work)
        except (*AWAY, TimeoutError) as error:
            is_lost = isinstance(error, MilvusException) and error.code == NO_SUCH_COLLECTION
            event = "vectors_lost" if is_lost else "vector_store_fails"
            log.warning(event, collection=name, reason=_reason(error))
            if self._is_silent(error):
                await self._disconnect(self._client)
            raise Unavailable.of(CAPABILITY) from error
        self._silent = 0
        return result

    async def _answered(
        self, name: str, work: Callable[[AsyncMilvusClient], Awaitable[Result]]
    ) -> Result:
        """Asks a second time over a new connection where an old one is lost: Milvus restarted."""
        is_known = self._client is not None
        try:
            return await self._once(name, work)
        except AWAY as error:
            if not is_known or not is_connection_error(error):
                raise
            log.info("vector_store_reconnects", reason=_reason(error))
        return await self._once(name, work)

    async def _once(
        self, name: str, work: Callable[[AsyncMilvusClient], Awaitable[Result]]
    ) -> Result:
        client = self._connected()
        try:
            return await self._loaded(name, work, client)
        except AWAY as error:
            if is_connection_error(error):
                await self._disconnect(client)
            raise

    async def _loaded(
        self,
        name: str,
        work: Callable[[AsyncMilvusClient], Awaitable[Result]],
        client: AsyncMilvusClient,
    ) -> Result:
        """Loads the collection where Lite has forgotten it at its restart."""
        try:
            return await work(client)
        except MilvusException as error:
            if error.code != NOT_LOADED:
                raise
        await client.load_collection(name, timeout=self._timeout_s)
        return await work(client)

    def _is_silent(self, error: BaseException) -> bool:
        if is_connection_error(error):
            return False
        is_answer = isinstance(error, MilvusException) and error.code != ErrorCode.UNEXPECTED_ERROR
        self._silent = 0 if is_answer else self._silent + 1
        return self._silent >= SILENT_IN_A_ROW

    def _connected(self) -> AsyncMilvusClient:
        if self._client is None:
            self._client = AsyncMilvusClient(
                uri=self._url, token=self._token, timeout=CONNECT_S, grpc_options=CHANNEL
            )
        return self._client

    async def _disconnect(self, client: AsyncMilvusClient | None) -> None:
        """Only of the client that is in use: another search may have made a new one since."""
        if client is not self._client:
            return
        self._client, self._silent = None, 0
        if client is not None:
            await client.close()

    async def close(self) -> None:
        """Give the connection back."""
        await self._disconnect(self._client)


def _reason(error: BaseException) -> str:
    return str(error)[:300] or repr(error)


def is_connection_error(error: BaseException) -> bool:
    """Whether it says so itself. pymilvus wraps grpc's errors, and its own of a closed channel."""
    if isinstance(error, MilvusException):
        lost = (Status.CONNECT_FAILED, grpc.StatusCode.UNAVAILABLE)
        return error.code in lost or "closed" in str(error.message).lower()
    if isinstance(error, grpc.RpcError):
        code = getattr(error, "code", None)
        return code is not None and code() is grpc.StatusCode.UNAVAILABLE
    return isinstance(error, ConnectionError | ValueError)


def _chunk(row: dict[str, Any]) -> StoredChunk:
    return StoredChunk(
        document_id=document_of(row["id"]),
        number=int(row["chunk"]),
        page=int(row["page"]) or None,
        heading=str(row["heading"]),
        text=str(row["text"]),
    )
