"""Reads documents in child processes that a hostile file may crash, hang or exhaust."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import structlog

from services.knowledge.domain.extraction import Block, ExtractedDocument, ExtractionFailed
from services.knowledge.domain.media_types import ReadKind

from .extract import TEXT_LIMIT
from .wire import about_of, blocks_of

log = structlog.get_logger()

_CODE = Path(__file__).parents[4]  # the folder that holds `services`
_LONGEST_END = 1_048_576  # a page's links are in its last line
_LONGEST_COMPLAINT = 4096
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}


class SpooledBlocks:
    """Blocks in a file without a name, which goes with this object; each iteration reads anew."""

    def __init__(self, file: IO[bytes]) -> None:
        self._reopened = Path(f"/proc/self/fd/{file.fileno()}")  # with a position of its own
        weakref.finalize(self, file.close)

    def __iter__(self) -> Iterator[Block]:
        with self._reopened.open("rb") as file:
            yield from blocks_of(file)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxedExtractor:
    """Reads each document in a fresh process.

    memory_bytes: address space of the child. text_limit: characters of clean text.
    """

    memory_bytes: int = 1536 * 1024 * 1024
    text_limit: int = TEXT_LIMIT

    def extract(self, path: Path, kind: ReadKind, *, timeout_s: float = 120.0) -> ExtractedDocument:
        """Safe to call from threads. Raises ExtractionFailed with a reason for the owner."""
        with ExitStack() as files:
            result = files.enter_context(tempfile.TemporaryFile())
            errors = files.enter_context(tempfile.TemporaryFile())
            command = self._command(path, kind, timeout_s)
            code = _run(command, result, errors, timeout_s)
            if code != 0:
                _log_failure(code, kind, errors)
                raise ExtractionFailed(_reason(code, timeout_s))
            if said := _said(errors):  # why the file is called damaged
                log.info("extraction_child_says", kind=kind, stderr=said)
            about = about_of(_last_line(result))
            files.pop_all()
        errors.close()
        return ExtractedDocument(
            blocks=SpooledBlocks(result),
            title=about.title,
            page_count=about.page_count,
            metadata=about.metadata,
        )

    def _command(self, path: Path, kind: ReadKind, timeout_s: float) -> list[str]:
        limits = [str(self.memory_bytes), str(int(timeout_s) + 1), str(self.text_limit)]
        module = f"{__package__}.child"
        return [
            *(sys.executable, "-E", "-s", "-m", module),
            *(str(os.getpid()), kind, str(path.absolute()), *limits),
        ]


def readers_leave_network() -> bool:
    """Whether this kernel lets the children do without the network."""
    tries = "import ctypes; from services.knowledge.adapters.confinement import leave_network"
    tells = f"{tries}; raise SystemExit(not leave_network(ctypes.CDLL(None)))"
    command = [sys.executable, "-E", "-s", "-c", tells]
    ended = subprocess.run(command, env=_ENVIRONMENT, cwd=_CODE, capture_output=True, check=False)
    return ended.returncode == 0


def _run(command: list[str], result: IO[bytes], errors: IO[bytes], timeout_s: float) -> int:
    """The child's exit code, negative for a signal; it is gone when this returns."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=result,
        stderr=errors,
        env=_ENVIRONMENT,
        cwd=_CODE,
        start_new_session=True,
    )
    watch = os.pidfd_open(process.pid)  # tells at once, where wait(timeout) naps
    poll = select.poll()
    poll.register(watch, select.POLLIN)
    try:
        return process.wait() if poll.poll(timeout_s * 1000) else -signal.SIGXCPU
    finally:
        os.close(watch)
        process.kill()
        process.wait()


def _reason(code: int, timeout_s: float) -> str:
    if code in {-signal.SIGXCPU, -signal.SIGALRM}:
        return f"Reading the document took longer than {timeout_s:g} seconds."
    if code == -signal.SIGXFSZ:
        return "The document holds more text than is allowed."
    if code in {-signal.SIGKILL, -signal.SIGABRT}:
        return "Reading the document needs more memory or time than is allowed."
    return "The document made its reader crash: it is damaged or hostile."


def _last_line(result: IO[bytes]) -> bytes:
    size = result.seek(0, os.SEEK_END)
    result.seek(max(0, size - _LONGEST_END))
    last = result.read().rstrip(b"\n").rpartition(b"\n")[2]
    if not last.startswith(b"{"):
        raise ExtractionFailed("The document made its reader stop half way.")
    return last


def _log_failure(code: int, kind: ReadKind, errors: IO[bytes]) -> None:
    log.warning("extraction_child_failed", code=code, kind=kind, stderr=_said(errors))


def _said(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read(_LONGEST_COMPLAINT).decode("utf-8", "replace")
