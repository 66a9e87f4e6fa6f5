"""Chunks in Milvus: written by the worker."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

import grpc
import numpy as np
import structlog
from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException

from contracts.errors import Unavailable
from services.knowledge.adapters import milvus_schema as lie
from services.knowledge.domain.index_run import IndexedChunk, StaleVectors
from services.knowledge.domain.index_settings import VectorSpace

log = structlog.get_logger(__name__)
Result = TypeVar("Result")
CAPABILITY = "The vector store"
NO_SUCH_COLLECTION = 100
NOT_LOADED = 101
AWAY = (MilvusException, grpc.RpcError, ConnectionError, ValueError)
"""ValueError: grpc's "Cannot invoke RPC on closed channel!"."""
CONNECT_S = 4
CHANNEL = {
    "grpc.keepalive_time_ms": 300_000,  # pymilvus pings every 10 s, for which Lite's server hangs up
    "grpc.keepalive_permit_without_calls": False,
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.max_reconnect_backoff_ms": 2_000,
}


class MilvusVectorIndex:
    """The port `VectorIndex`. Connects at its first use, and again after a failure."""

    def __init__(
        self,
        *,
        url: str,
        token: str,
        layout: lie.Layout,
        index: lie.IndexType,
        analyse: Callable[[str], str],
        timeout_s: float = 30,
    ) -> None:
        self._connect = partial(
            MilvusClient, uri=url, token=token, timeout=CONNECT_S, grpc_options=CHANNEL
        )
        self._layout = layout
        self._index = index
        self._analyse = analyse
        self._timeout_s = timeout_s
        self._client: MilvusClient | None = None
        self._lock = Lock()
        self._opening = Lock()  # two documents of a new base: one makes the collection

    def open(self, base: UUID, space: VectorSpace) -> None:
        with self._opening:
            self._ask(self._open, lie.collection_name(self._layout, base, space), space.dimension)

    def _open(self, client: MilvusClient, name: str, dimension: int) -> None:
        """Step by step, so that a crash between two is mended; create_collection's own way through
        them naps for half a second after each."""
        within = {"timeout": self._timeout_s}
        if not client.has_collection(name, **within):
            client.create_collection(name, schema=lie.schema(self._layout, dimension), **within)
        if set(client.list_indexes(name, **within)) < {"dense", "sparse"}:
            client.create_index(name, lie.indexes(self._index), sync=False, **within)
        client.load_collection(name, **within)

    def put(self, base: UUID, space: VectorSpace, chunks: Sequence[IndexedChunk]) -> None:
        rows = [
            lie.row(
                base,
                each,
                terms=self._analyse(each.chunk.searched_text),
                vector=np.frombuffer(each.vector, "<f4"),
            )
            for each in chunks
        ]
        name = lie.collection_name(self._layout, base, space)
        self._ask(lambda client: client.upsert(name, rows, timeout=self._timeout_s))

    def seal(
        self, base: UUID, space: VectorSpace, *, document_id: int, revision: int, chunks: int
    ) -> int:
        name = lie.collection_name(self._layout, base, space)
        beyond = lie.revision_filter(base, revision, from_chunk=chunks)
        mine = lie.revision_filter(base, revision)

        def seal(client: MilvusClient) -> int:
            client.delete(name, filter=beyond, timeout=self._timeout_s)
            client.flush(name, timeout=self._timeout_s)
            counted = client.query(
                name,
                filter=mine,
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=self._timeout_s,
            )
            return int(counted[0]["count(*)"])

        return self._loaded(name, seal)

    def purge(self, stale: StaleVectors) -> None:
        name = lie.collection_name(self._layout, stale.knowledge_base_uuid, stale.space)
        mine = lie.revision_filter(stale.knowledge_base_uuid, stale.revision)

        def purge(client: MilvusClient) -> None:
            if client.has_collection(name, timeout=self._timeout_s):
                client.load_collection(name, timeout=self._timeout_s)
                client.delete(name, filter=mine, timeout=self._timeout_s)

        self._ask(purge)

    def purge_base(self, base: UUID) -> None:
        prefix, is_shared = lie.collections_of(self._layout, base)

        def purge(client: MilvusClient) -> None:
            for name in client.list_collections(timeout=self._timeout_s):
                if not name.startswith(prefix):
                    continue
                if is_shared:
                    client.load_collection(name, timeout=self._timeout_s)
                    client.delete(name, filter=lie.base_filter(base), timeout=self._timeout_s)
                else:
                    client.drop_collection(name, timeout=self._timeout_s)

        self._ask(purge)

    def _loaded(self, name: str, work: Callable[[MilvusClient], Result]) -> Result:
        """Lite forgets at its restart which collections were loaded."""

        def once_more(client: MilvusClient) -> Result:
            try:
                return work(client)
            except MilvusException as error:
                if error.code != NOT_LOADED:
                    raise
                client.load_collection(name, timeout=self._timeout_s)
                return work(client)

        return self._ask(once_more)

    def _ask(self, work: Callable[..., Result], *arguments: Any) -> Result:
        try:
            return work(self._connected(), *arguments)
        except AWAY as error:
            log.warning("vector_store_fails", reason=str(error)[:300] or repr(error))
            self._disconnect()
            raise Unavailable.of(CAPABILITY) from error

    def _connected(self) -> MilvusClient:
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _disconnect(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()
