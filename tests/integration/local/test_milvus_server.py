"""The locked Milvus Lite server loses nothing under concurrent writers."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
import milvus_lite.db
import numpy as np
import pytest
from pymilvus import MilvusClient

from local import milvus_server

_WRITERS = 8
_BATCHES = 16
_ROWS = 100


@pytest.fixture(autouse=True)
def small_memtable(monkeypatch: pytest.MonkeyPatch) -> None:
    """It flushes all the time: the state in which the stock server lost rows."""
    monkeypatch.setattr("milvus_lite.engine.collection.MEMTABLE_MEMORY_LIMIT", 150_000)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stop = threading.Event()
    server = threading.Thread(
        target=milvus_server.serve,
        args=(str(folder / "vectors.db"),),
        kwargs={"host": "127.0.0.1", "port": port, "stop": stop},
    )
    server.start()
    while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stop.set()
        server.join()


def count(client: MilvusClient, name: str) -> int:
    return int(client.query(name, output_fields=["count(*)"])[0]["count(*)"])


def test_eight_writers_of_one_collection_lose_no_row(tmp_path: Path) -> None:
    def write(writer: int) -> None:
        client = MilvusClient(uri=url)
        for batch in range(_BATCHES):
            first = (writer * _BATCHES + batch) * _ROWS
            vectors = np.random.default_rng(first).random((_ROWS, 32), dtype=np.float32)
            rows = [{"id": first + n, "vector": vector} for n, vector in enumerate(vectors)]
            assert client.insert("shared", rows)["insert_count"] == _ROWS
            if batch % 4 == 3:
                client.flush("shared")

    with serving(tmp_path) as url:
        MilvusClient(uri=url).create_collection("shared", dimension=32)
        with ThreadPoolExecutor(_WRITERS) as pool:
            list(pool.map(write, range(_WRITERS)))
        assert count(MilvusClient(uri=url), "shared") == _WRITERS * _BATCHES * _ROWS


def test_a_collection_used_first_by_many_at_once_is_opened_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path) as url:
        MilvusClient(uri=url).create_collection("shared", dimension=8)
    opened = []

    class SlowlyOpened(milvus_lite.db.Collection):
        def __init__(self, *args: object, **kwargs: object) -> None:
            opened.append(args[0])
            time.sleep(0.2)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr("milvus_lite.db.Collection", SlowlyOpened)
    with serving(tmp_path) as url:
        clients = [MilvusClient(uri=url) for _ in range(8)]
        with ThreadPoolExecutor(len(clients)) as pool:
            list(pool.map(lambda client: client.load_collection("shared"), clients))
    assert opened == ["shared"]


def test_a_client_that_pings_often_is_not_hung_up_on(tmp_path: Path) -> None:
    pings = {
        "grpc.keepalive_time_ms": 1_000,
        "grpc.keepalive_permit_without_calls": True,
        "grpc.http2.max_pings_without_data": 0,
    }
    with serving(tmp_path) as url:
        client = MilvusClient(uri=url, grpc_options=pings)
        states: list[grpc.ChannelConnectivity] = []
        client._get_connection()._channel.subscribe(states.append)
        time.sleep(7)
        assert set(states) <= {grpc.ChannelConnectivity.READY}
        client.close()
