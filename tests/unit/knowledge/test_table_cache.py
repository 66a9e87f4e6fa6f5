"""Parquet files on the local disk: fetched once, gone when nobody asks for them."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Unavailable
from services.knowledge.adapters.data_query.table_cache import TableCache


@dataclass
class _Objects:
    stored: dict[str, bytes]
    fetched: list[str] = field(default_factory=list)

    def download(self, key: str, target: Path) -> bool:
        self.fetched.append(key)
        if key in self.stored:
            target.write_bytes(self.stored[key])
        return key in self.stored


def _cache(tmp_path: Path, limit_bytes: int = 1_000) -> Any:
    objects: Any = _Objects({name: name.encode() * 100 for name in "abcd"})
    return TableCache(folder=tmp_path / "c", limit_bytes=limit_bytes, objects=objects), objects


def _used_ago(path: Path, seconds: float) -> None:
    os.utime(path, times=(time.time() - seconds,) * 2)


def test_a_key_is_fetched_once(tmp_path: Path) -> None:
    cache, objects = _cache(tmp_path)
    assert cache.path("a").read_bytes() == b"a" * 100
    assert cache.path("a") != cache.path("b")
    assert objects.fetched == ["a", "b"]
    assert (tmp_path / "c").stat().st_mode & 0o777 == 0o700


def test_what_was_not_asked_for_the_longest_makes_room(tmp_path: Path) -> None:
    cache, _ = _cache(tmp_path, limit_bytes=250)
    for key, ago in (("a", 900), ("b", 1_000), ("c", 800)):
        _used_ago(cache.path(key), ago)
    cache.path("b")  # used now
    cache.path("d")
    left = {path.read_bytes()[:1] for path in (tmp_path / "c").iterdir()}
    assert left == {b"b", b"d"}


def test_what_is_in_use_stays(tmp_path: Path) -> None:
    cache, _ = _cache(tmp_path, limit_bytes=10)
    first = cache.path("a")
    cache.path("b")
    assert first.exists()


def test_what_nobody_asks_for_goes_though_there_is_room(tmp_path: Path) -> None:
    cache, _ = _cache(tmp_path)
    first = cache.path("a")
    _used_ago(first, 100_000)
    cache.path("b")
    assert not first.exists()


def test_what_is_gone_leaves_nothing(tmp_path: Path) -> None:
    cache, _ = _cache(tmp_path)
    with pytest.raises(Unavailable):
        cache.path("missing")
    assert list((tmp_path / "c").iterdir()) == []
