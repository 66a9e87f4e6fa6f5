"""How chunks lie in Milvus: fields, indexes, names of collections, filters."""

import hashlib
import logging
from collections.abc import Iterable
from typing import Any, Literal
from uuid import UUID

from pymilvus import DataType, Function, FunctionType, MilvusClient

from services.knowledge.domain.index_run import IndexedChunk
from services.knowledge.domain.index_settings import VectorSpace

# It tells every failure with a traceback, and past our format; we tell them once ourselves.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

Layout = Literal["collection_per_knowledge_base", "partition_key"]
IndexType = Literal["FLAT", "HNSW"]
# Milvus counts bytes; Lite counts characters, so that it is ours to count bytes.
TEXT_BYTES = 65_535
HEADING_BYTES = 1_000
_HNSW = {"M": 16, "efConstruction": 200}
SEARCH_EF = 256
"""Of HNSW: at least the 100 best that are asked for, with room for what the filter drops."""


def collection_name(layout: Layout, base: UUID, space: VectorSpace) -> str:
    """Vectors of two spaces never share a collection."""
    digest = hashlib.sha256(str(space).encode()).hexdigest()[:12]
    return f"passages_{digest}" if layout == "partition_key" else f"kb_{base.hex}_{digest}"


def collections_of(layout: Layout, base: UUID) -> tuple[str, bool]:
    """How the names of a base's collections begin, and whether other bases share them."""
    is_shared = layout == "partition_key"
    return ("passages_" if is_shared else f"kb_{base.hex}_"), is_shared


def schema(layout: Layout, dimension: int) -> Any:
    """`terms` is analysed text that only the BM25 function reads."""
    made = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    made.add_field("id", DataType.VARCHAR, max_length=100, is_primary=True)
    is_key = layout == "partition_key"
    made.add_field("kb", DataType.VARCHAR, max_length=36, is_partition_key=is_key)
    for number in ("document_id", "revision", "chunk", "page", "start", "end"):
        made.add_field(number, DataType.INT64)
    made.add_field("heading", DataType.VARCHAR, max_length=HEADING_BYTES)
    made.add_field("text", DataType.VARCHAR, max_length=TEXT_BYTES)
    made.add_field("terms", DataType.VARCHAR, max_length=TEXT_BYTES, enable_analyzer=True)
    made.add_field("dense", DataType.FLOAT_VECTOR, dim=dimension)
    made.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
    made.add_function(Function("bm25", FunctionType.BM25, ["terms"], ["sparse"]))
    return made


def indexes(kind: IndexType) -> Any:
    """Dense by cosine, sparse by BM25."""
    made = MilvusClient.prepare_index_params()
    parameters = _HNSW if kind == "HNSW" else {}
    made.add_index("dense", index_type=kind, metric_type="COSINE", params=parameters)
    made.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    return made


def chunk_id(document_id: int, revision: int, number: int) -> str:
    """The same chunk always has the same id."""
    return f"{document_id}:{revision}:{number}"


def row(base: UUID, indexed: IndexedChunk, *, terms: str, vector: Any) -> dict[str, Any]:
    """One chunk as Milvus takes it. page 0: the format has no pages."""
    chunk = indexed.chunk
    return {
        "id": chunk_id(indexed.document_id, indexed.revision, chunk.index),
        "kb": str(base),
        "document_id": indexed.document_id,
        "revision": indexed.revision,
        "chunk": chunk.index,
        "page": chunk.page or 0,
        "start": chunk.start_char,
        "end": chunk.end_char,
        "heading": within(chunk.heading, HEADING_BYTES),
        "text": within(chunk.text, TEXT_BYTES),
        "terms": within(terms, TEXT_BYTES),
        "dense": vector,
    }


def within(text: str, limit_bytes: int) -> str:
    """The longest beginning whose UTF-8 fits."""
    if len(text) * 4 <= limit_bytes:
        return text
    return text.encode()[:limit_bytes].decode(errors="ignore")


def base_filter(base: UUID, *, without: Iterable[int] = ()) -> str:
    """Chunks of one base, some revisions left out. Nothing but a UUID and integers gets in."""
    excluded = ", ".join(str(int(revision)) for revision in without)
    condition = f'kb == "{UUID(str(base))}"'
    return f"{condition} and revision not in [{excluded}]" if excluded else condition


def revision_filter(base: UUID, revision: int, *, from_chunk: int = 0) -> str:
    """Chunks of one revision, from a number on."""
    condition = f"{base_filter(base)} and revision == {int(revision)}"
    return f"{condition} and chunk >= {int(from_chunk)}" if from_chunk else condition
