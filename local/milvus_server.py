"""Milvus Lite over TCP with one lock per collection around every write.

The stock server answers concurrent requests but its engine allows one writer per collection:
with eight writers it lost rows it had acknowledged. It also opens a collection at its first
use, and two first uses at once would open it twice.
"""

import argparse
import logging
import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import wraps
from typing import Any

import grpc
from milvus_lite.adapter.grpc.servicer import MilvusServicer
from milvus_lite.db import MilvusLite
from pymilvus.grpc_gen import milvus_pb2_grpc

from local import milvus_bm25, milvus_rows

_MAX_MESSAGE_BYTES = 256 * 1024 * 1024
_WRITES = (
    *("Insert", "Upsert", "Delete", "Flush", "CreateCollection", "DropCollection"),
    *("RenameCollection", "TruncateCollection", "AlterCollection", "CreateIndex", "DropIndex"),
    *("LoadCollection", "ReleaseCollection", "CreatePartition", "DropPartition"),
    *("CreateAlias", "AlterAlias", "DropAlias", "CreateDatabase", "DropDatabase"),
    "AlterDatabase",
)
_CATALOGUE = (
    *("create_database", "drop_database", "create_collection", "get_collection"),
    *("drop_collection", "rename_collection", "create_alias", "alter_alias", "drop_alias"),
)

Key = tuple[str, str]
Method = Callable[..., Any]


def _one_at_a_time(name: str) -> Method:
    stock: Method = getattr(MilvusLite, name)

    @wraps(stock)
    def method(self: "LockedDatabase", *args: Any, **kwargs: Any) -> Any:
        with self.catalogue_lock:
            return stock(self, *args, **kwargs)

    return method


class LockedDatabase(MilvusLite):
    """The engine, with its catalogue (open collections, aliases) changed by one thread at a time."""

    def __init__(self, data_dir: str) -> None:
        self.catalogue_lock = threading.RLock()
        super().__init__(data_dir)


for _name in _CATALOGUE:
    setattr(LockedDatabase, _name, _one_at_a_time(_name))


def _one_writer(name: str) -> Method:
    stock: Method = getattr(MilvusServicer, name)

    @wraps(stock)
    def method(self: "LockedServicer", request: Any, context: Any) -> Any:
        with self.writing(self.keys(request, context)):
            return stock(self, request, context)

    return method


class LockedServicer(MilvusServicer):
    """The stock gRPC servicer, with every write holding the locks of the collections it names."""

    def __init__(self, db: LockedDatabase) -> None:
        super().__init__(db)
        self._locks: defaultdict[Key, threading.RLock] = defaultdict(threading.RLock)
        self._locks_lock = threading.Lock()

    def keys(self, request: Any, context: Any) -> set[Key]:
        """The (database, collection) pairs a request names, aliases resolved."""
        database = self._database_name(request, context)
        fields = ("collection_name", "oldName", "newName", "alias")
        names = {getattr(request, field, "") for field in fields}
        names.update(getattr(request, "collection_names", ()))
        resolve = self._db.resolve_collection_name
        return {(database, resolve(name, database_name=database)) for name in names if name}

    def writing(self, keys: Iterable[Key]) -> ExitStack:
        """Hold the locks of all keys; always taken in one order, so that no two can wait in a ring."""
        with self._locks_lock:
            locks = [self._locks[key] for key in sorted(keys)]
        stack = ExitStack()
        for lock in locks:
            stack.enter_context(lock)
        return stack


for _name in _WRITES:
    setattr(LockedServicer, _name, _one_writer(_name))


def serve(data: str, *, host: str, port: int, stop: threading.Event, workers: int = 16) -> None:
    """Serve until `stop` is set, then finish what runs (3 s at most) and close the files."""
    milvus_bm25.install()
    milvus_rows.install()
    database = LockedDatabase(data)
    try:
        server = grpc.server(
            ThreadPoolExecutor(max_workers=workers),
            options=[
                ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
                ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
                ("grpc.so_reuseport", 0),
                # pymilvus pings every 10 s and while it measures a connection; a server counts that
                # as misuse and hangs up in the middle of calls.
                ("grpc.http2.max_ping_strikes", 0),
                ("grpc.keepalive_permit_without_calls", 1),
            ],
        )
        milvus_pb2_grpc.add_MilvusServiceServicer_to_server(LockedServicer(database), server)
        server.add_insecure_port(f"{host}:{port}")
        server.start()
        stop.wait()
        server.stop(grace=3).wait()
    finally:
        database.close()


def main() -> None:
    """Parse the arguments and serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of the vectors")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    serve(arguments.data, host=arguments.host, port=arguments.port, stop=stop)


if __name__ == "__main__":
    main()
