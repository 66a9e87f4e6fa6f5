"""Reads chunks in a child process: the one that asks is green, and Milvus speaks gRPC."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Semaphore
from typing import Any
from uuid import UUID

import structlog

from contracts.errors import Unavailable
from services.knowledge.domain.sampling import ChunkKey
from services.knowledge.domain.search import StoredChunk

log = structlog.get_logger(__name__)
CAPABILITY = "The vector store"
_CODE = Path(__file__).parents[4]  # the folder that holds `services`
AT_ONCE = 2
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildChunkReader:
    """The port `ChunkReader`. A child takes two seconds to start: good for what is asked rarely.

    AT_ONCE of them run; who comes later waits for a turn, as long as for an answer.
    """

    url: str
    token: str
    layout: str
    timeout_s: float
    _turns: Semaphore = field(default_factory=lambda: Semaphore(AT_ONCE))

    def read(self, base: UUID, keys: Sequence[ChunkKey]) -> dict[ChunkKey, StoredChunk]:
        asked = {
            "url": self.url,
            "token": self.token,  # on standard input: arguments can be seen by others
            "layout": self.layout,
            "timeout_s": self.timeout_s,
            "base": str(base),
            "chunks": [_asked(key) for key in keys],
        }
        if not self._turns.acquire(timeout=self.timeout_s):
            raise Unavailable.of(CAPABILITY)
        try:
            found = {(row["document_id"], row["chunk"]): row for row in self._answer(asked)}
        finally:
            self._turns.release()
        read = {key: found.get((key.document.id, key.number)) for key in keys}
        return {key: _chunk(row) for key, row in read.items() if row is not None}

    def _answer(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        command = [sys.executable, "-E", "-s", "-m", f"{__package__}.child"]
        try:
            ended = subprocess.run(
                command,
                input=json.dumps(asked).encode(),
                capture_output=True,
                timeout=self.timeout_s,
                env=_ENVIRONMENT,
                cwd=_CODE,
                check=True,
            )
            rows: list[dict[str, Any]] = json.loads(ended.stdout)
        except (subprocess.SubprocessError, ValueError) as error:
            said = getattr(error, "stderr", None) or b""
            log.warning("chunk_child_failed", reason=repr(error)[:200], stderr=said[-500:].decode())
            raise Unavailable.of(CAPABILITY) from None
        return rows


def _asked(key: ChunkKey) -> dict[str, Any]:
    return {
        "space": str(key.document.space),
        "document_id": key.document.id,
        "revision": key.document.revision,
        "number": key.number,
    }


def _chunk(row: dict[str, Any]) -> StoredChunk:
    return StoredChunk(
        document_id=row["document_id"],
        number=row["chunk"],
        page=row["page"] or None,
        heading=row["heading"],
        text=row["text"],
    )
