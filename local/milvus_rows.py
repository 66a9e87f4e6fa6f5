"""Searches in Milvus Lite 3.2.2 that read only the columns asked for.

The stock engine makes a Python value of every column of every hit, vectors included, and drops
what was not asked for afterwards: half the time of a search for a hundred hits.
"""

import threading
from typing import Any

from milvus_lite.engine.collection import Collection
from milvus_lite.storage.segment import Segment

_search_any = Collection.search
_read_row = Segment.row_to_dict
_search = threading.local()  # .columns: what this thread's search was asked for


def install() -> None:
    """Replace the engine's functions; once, before the first search."""
    Collection.search = _search_with_columns
    Segment.row_to_dict = _row_to_dict


def _search_with_columns(self: Any, *arguments: Any, **options: Any) -> Any:
    wanted = options.get("output_fields")
    _search.columns = {self._pk_name, *wanted} if wanted else None
    try:
        return _search_any(self, *arguments, **options)
    finally:
        _search.columns = None


def _row_to_dict(self: Any, row: int) -> Any:
    columns = getattr(_search, "columns", None)
    names = self.table.schema.names
    if not columns or "$meta" in names or not columns.issubset(names):
        return _read_row(self, row)
    return {name: self.table.column(name)[row].as_py() for name in columns}
