"""Which locks a write to Milvus Lite takes."""

from types import SimpleNamespace
from typing import Any

import pytest
from milvus_lite.adapter.grpc.servicer import MilvusServicer

from local.milvus_server import LockedServicer

_READS = {"Connect", "GetVersion", "CheckHealth", "HasCollection", "Query", "Search"}
_READS |= {"HybridSearch", "ManualCompaction", "HasPartition", "LoadPartitions"}
_READS |= {"ReleasePartitions"}


class Database:
    def resolve_collection_name(self, name: str, database_name: str) -> str:
        return {"alias": "real"}.get(name, name)


@pytest.fixture
def servicer() -> LockedServicer:
    return LockedServicer(Database())  # type: ignore[arg-type]


def keys(servicer: LockedServicer, **fields: Any) -> set[tuple[str, str]]:
    return servicer.keys(SimpleNamespace(db_name="db", **fields), None)


def test_an_alias_is_locked_as_the_collection_it_means(servicer: LockedServicer) -> None:
    assert keys(servicer, collection_name="alias") == {("db", "real")}


def test_a_flush_locks_all_it_names(servicer: LockedServicer) -> None:
    assert keys(servicer, collection_names=["a", "b"]) == {("db", "a"), ("db", "b")}


def test_a_renaming_locks_both_names(servicer: LockedServicer) -> None:
    assert keys(servicer, oldName="a", newName="b") == {("db", "a"), ("db", "b")}


def test_every_method_of_the_stock_server_that_writes_is_locked() -> None:
    reading = ("Describe", "Show", "Get", "List")
    methods = {name for name in vars(MilvusServicer) if name[0].isupper()}
    writes = {name for name in methods - _READS if not name.startswith(reading)}
    assert writes <= set(vars(LockedServicer))
