"""End with the make that started the launcher, however that one is ended."""

import asyncio
import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_EVERY_SECONDS = 0.5


async def until_make_is_interrupted() -> None:
    """Return when make has got a SIGINT; never, when make did not start this process.

    make passes SIGTERM on but only waits after a SIGINT, which from a terminal reaches all
    processes anyway; from `kill -INT` it does not. What shows is that make no longer catches it.
    Should make be killed, the kernel sends this process SIGTERM.
    """
    if "MAKELEVEL" in os.environ:  # noqa: TID251 - whether make is the parent
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        make = os.getppid()
        if _catches_interrupts(make):
            while _catches_interrupts(make):  # noqa: ASYNC110 - nobody announces it
                await asyncio.sleep(_EVERY_SECONDS)
            return
    await asyncio.Event().wait()


def _catches_interrupts(pid: int) -> bool:
    """Whether SIGINT (the second bit) is in the process's mask of caught signals."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGINT - 1) & 1)
