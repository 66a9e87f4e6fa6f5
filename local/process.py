"""Start one program in a session of its own that dies with the launcher, and end all of it."""

import asyncio
import ctypes
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from local.part import Part

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


async def spawn(part: Part) -> tuple[asyncio.subprocess.Process, asyncio.StreamReader]:
    """Start the part; also returns what it says, on both channels.

    The pipe is our own: with asyncio's the process counts as running until its last grandchild
    has closed it, and a crash would go unseen.
    """
    reading, writing = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *part.command,
            cwd=part.folder,
            env=dict(part.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            start_new_session=True,
            preexec_fn=die_with_parent(part.death_signal),
        )
    except OSError:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    said = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(said)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(reading, "rb"))
    return process, said


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Code for between fork and exec: ask the kernel for this signal when the parent ends."""
    parent = os.getpid()

    def ask() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask


async def end(process: asyncio.subprocess.Process, number: signal.Signals, grace: float) -> None:
    """Send the signal; after `grace` seconds kill the process and everything below it."""
    family = descendants(process.pid)
    with suppress(ProcessLookupError):
        process.send_signal(number)
    try:
        async with asyncio.timeout(grace):
            await process.wait()
    except TimeoutError:
        family |= descendants(process.pid)
    kill_all(process.pid, family)
    await process.wait()


def kill_all(pid: int, family: set[int]) -> None:
    """SIGKILL the process, its group, and those of its former descendants that still live."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    for child in family:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGKILL)


def descendants(pid: int) -> set[int]:
    """The ids of all processes below this one, it excluded."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name in parentheses may hold spaces and parentheses itself.
            fields = status.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting += below
    return found
