"""How a child process gives up what it does not need: bounded memory, time and files, no network."""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def confine(*, parent: int, memory_bytes: int, cpu_seconds: int, file_bytes: int = 1 << 30) -> None:
    """Dies with the parent; takes no more than its share; reaches no network where possible."""
    libc = ctypes.CDLL(None)
    leave_network(libc)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # new credentials may reset it
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:  # it died before the lines above
        sys.exit(1)
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (value, value))


def leave_network(libc: ctypes.CDLL) -> bool:
    """Best effort: kernels that forbid user namespaces leave the network as it is."""
    return bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)
