"""Parquet files of object storage on the local disk, with what was found out about them.

A key's bytes never change, so that what is here is never out of date. Who may see a table is decided
before: this looks at keys only.
"""

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import Unavailable
from services.knowledge.ports import ObjectStore

_IN_USE_S = 120
"""A file that was asked for so lately may be read by somebody."""
_UNUSED_S = 24 * 60 * 60
"""What nobody asks for may have been deleted by its owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCache:
    """Safe to call from threads. limit_bytes: passed by what is in use only."""

    folder: Path
    limit_bytes: int
    objects: ObjectStore

    def path(self, key: str) -> Path:
        """The Parquet file of that key. Raises Unavailable, also where it has gone."""
        kept = self.beside(key, "parquet")
        if not kept.exists():
            self._fetch(key, kept)
            self._make_room()
        return kept

    def beside(self, key: str, kind: str) -> Path:
        """Where facts of that kind about a key may be put, or are: then they are used now."""
        place = self._place(key, kind)
        with suppress(FileNotFoundError):
            os.utime(place)
        return place

    def _place(self, key: str, kind: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.{kind}"

    def fresh(self) -> Path:
        """An empty file to write to, and to move where it belongs."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, suffix=".new")
        os.close(handle)
        return Path(name)

    def _fetch(self, key: str, target: Path) -> None:
        fresh = self.fresh()
        try:
            if not self.objects.download(key, fresh):
                raise Unavailable.of("The table's data")
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)

    def _make_room(self) -> None:
        """Whatever was not asked for the longest goes first."""
        files, now = sorted(_files(self.folder), key=lambda file: file[0]), time.time()
        total = sum(size for _, size, _ in files)
        for used, size, path in files:
            is_unused = used < now - _UNUSED_S
            if not is_unused and (total <= self.limit_bytes or used > now - _IN_USE_S):
                return
            path.unlink(missing_ok=True)
            total -= size


def _files(folder: Path) -> list[tuple[float, int, Path]]:
    found = []
    for path in folder.iterdir():
        try:
            about = path.stat()
        except FileNotFoundError:
            continue
        found.append((about.st_mtime, about.st_size, path))
    return found
