"""Starts the children: one per job, gone with it, however that ends."""

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)
MOST_OUTPUT = 16 * 1024 * 1024
_CODE = Path(__file__).parents[4]  # the folder that holds `services`
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
_LONGEST_COMPLAINT = 4_096
_TOO_SLOW = frozenset({-signal.SIGXCPU, -signal.SIGALRM})
_TOO_BIG = frozenset({-signal.SIGKILL, -signal.SIGABRT})


class TooSlow(Exception):
    """The job took longer than it may."""


class TooBig(Exception):
    """The job needs more memory than it may have."""


class Crashed(Exception):
    """The child died of the job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Children:
    """memory_mb: of what a job computes with. timeout_s: of one job."""

    memory_mb: int
    timeout_s: float

    async def do(self, module: str, job: dict[str, Any]) -> Any:
        """The child's JSON answer. Raises TooSlow, TooBig, Crashed. Cancelling kills it."""
        process = await asyncio.create_subprocess_exec(
            *self._command(module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_ENVIRONMENT,
            cwd=_CODE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self.timeout_s):
                output, complaint = await _talk(process, json.dumps(job).encode())
                code = await process.wait()
        except TimeoutError:
            raise TooSlow from None
        finally:
            await _end(process)
        return _answer(module, code, output, complaint)

    def _command(self, module: str) -> list[str]:
        limits = [str(self.memory_mb), str(int(self.timeout_s) + 1)]
        name = f"{__package__}.{module}"
        return [sys.executable, "-E", "-s", "-m", name, str(os.getpid()), *limits]


async def _talk(process: asyncio.subprocess.Process, job: bytes) -> tuple[bytes, bytes]:
    """What it says, and what it complains of; it is not believed to be brief."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None

    async def tell(stdin: asyncio.StreamWriter) -> None:
        try:
            stdin.write(job)
            await stdin.drain()
            stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            log.info("data_child_hung_up")

    _, output, complaint = await asyncio.gather(
        tell(process.stdin),
        _read(process.stdout, MOST_OUTPUT),
        _read(process.stderr, _LONGEST_COMPLAINT),
    )
    return output, complaint


async def _read(stream: asyncio.StreamReader, most: int) -> bytes:
    """All that comes, of which the first `most` bytes are kept."""
    kept = bytearray()
    while piece := await stream.read(65_536):
        kept += piece[: most - len(kept)]
    return bytes(kept)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        try:
            process.kill()
        except ProcessLookupError:
            return
        await process.wait()


def _answer(module: str, code: int, output: bytes, complaint: bytes) -> Any:
    if code == 0:
        try:
            return json.loads(output)
        except ValueError:
            raise Crashed from None
    told = complaint.decode("utf-8", "replace")
    log.warning("data_child_failed", child=module, code=code, stderr=told)
    if code in _TOO_SLOW:
        raise TooSlow
    if code in _TOO_BIG or "MemoryError" in told or "bad_alloc" in told:
        raise TooBig
    raise Crashed
