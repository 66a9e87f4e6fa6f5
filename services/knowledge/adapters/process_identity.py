"""Names this process, so that another one on the same machine can tell whether it is still there."""

import os
import socket
from pathlib import Path

_START_TIME = 19  # field 22 of /proc/<pid>/stat, counted after the name in parentheses


def identity() -> str:
    """`host/pid/start`; never given to two processes of one boot."""
    return f"{socket.gethostname()}/{os.getpid()}/{_started(os.getpid())}"


def is_gone(owner: str) -> bool:
    """True for a process of this host that has ended. Of other hosts nothing is known: False.

    Containers that share a host's name but not its processes look gone to each other; then two
    work on one document for a while, which wastes time and harms nothing.
    """
    host, _, process = owner.partition("/")
    pid, _, started = process.partition("/")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[_START_TIME]
