"""BM25 in Milvus Lite 3.2.2 by the statistics of the whole collection, as Milvus itself scores.

The stock engine scores each segment by that segment's own document count, average length and
document frequencies. A small document lies in a segment of its own, where each of its words looks
common, so that it loses against any page of a long one. Here a search first sums up the segments.
"""

import copy
import threading
from collections.abc import Iterable
from typing import Any

from milvus_lite.analyzer.sparse import bytes_to_sparse
from milvus_lite.engine.collection import Collection
from milvus_lite.index.sparse_factory import create_sparse_index, sparse_index_matches
from milvus_lite.index.sparse_inverted import SparseInvertedIndex

_search_segments = Collection._search_sparse
_search_one = SparseInvertedIndex.search
_search = threading.local()  # .indexes: of the segments that this thread's search looks into


def install() -> None:
    """Replace the engine's functions; once, before the first search."""
    Collection._search_sparse = _search_sparse
    SparseInvertedIndex.search = _search_with_sums


def _search_sparse(
    self: Any,
    query_vectors: Any,
    vector_field: str,
    top_k: int,
    metric_type: str,
    *rest: Any,
    **options: Any,
) -> Any:
    if metric_type == "BM25":
        spec = self._index_specs.get(vector_field)
        _search.indexes = _indexes(self, vector_field, spec.build_params if spec else {})
    try:
        return _search_segments(
            self, query_vectors, vector_field, top_k, metric_type, *rest, **options
        )
    finally:
        _search.indexes = []


def _indexes(collection: Any, field: str, parameters: dict[str, Any]) -> list[Any]:
    """Those the engine keeps with its segments, made here where it has not made them yet."""
    indexes = []
    for segment in collection._read_snapshot()[0]:
        if segment.table is None or len(segment.table) == 0:
            continue
        index = segment.sparse_indexes.get(field)
        if not sparse_index_matches(index, "BM25", parameters):
            stored = segment.table.column(field).to_pylist()
            index = create_sparse_index("BM25", parameters)
            index.build([bytes_to_sparse(r) if isinstance(r, bytes) else (r or {}) for r in stored])
            segment.sparse_indexes[field] = index
        indexes.append(index)
    return indexes


def _search_with_sums(self: Any, queries: Any, *rest: Any, **options: Any) -> Any:
    indexes = list(getattr(_search, "indexes", ()))
    if not any(index is self for index in indexes):
        indexes.append(self)  # rows that are not flushed yet
    whole = copy.copy(self)
    whole.doc_count = sum(index.doc_count for index in indexes)
    tokens = sum(index.avgdl * index.doc_count for index in indexes)
    whole.avgdl = tokens / whole.doc_count if whole.doc_count else 0.0
    whole._df = _frequencies(indexes, {term for query in queries for term in query})
    return _search_one(whole, queries, *rest, **options)


def _frequencies(indexes: Iterable[Any], terms: Iterable[int]) -> dict[int, int]:
    return {term: sum(index._df.get(term, 0) for index in indexes) for term in terms}
