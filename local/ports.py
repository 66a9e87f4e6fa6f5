"""Whether the ports of a run are free, and who holds those that are not."""

import errno
import socket
import time
from collections.abc import Iterable
from pathlib import Path

from local.layout import HOST
from local.part import Part

_LISTEN = "0A"
_PATIENCE_SECONDS = 3.0


class PortTakenError(Exception):
    """A port the run needs is in use; the message says by whom and which variable to set."""


def check_ports(parts: Iterable[Part]) -> None:
    """Raise PortTakenError for the first port that stays taken for three seconds.

    The patience is for the parts of a launcher that was killed a moment ago.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for part in parts:
        for port in part.ports:
            while not is_free(port):
                if time.monotonic() > deadline:
                    raise PortTakenError(_explain(part, port))
                time.sleep(0.1)


def is_free(port: int) -> bool:
    """Whether this port of the loopback address can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def _explain(part: Part, port: int) -> str:
    if part.name == "gateway":
        remedy = "PARLANCE_HTTP_PORT (the port of the gateway, now"
        remedy += f" {port}) to a free port"
    else:
        remedy = "PARLANCE_BASE_PORT (the first of the internal ports) to another one, e.g. 22000"
    holder = owner(port)
    by = f" by {holder}" if holder else " by another process"
    return f"port {port}, which {part.name} needs, is taken{by}; end it, or set {remedy}"


def owner(port: int) -> str | None:
    """The process that listens on the port, as `name (pid N)`; None when it cannot be seen."""
    inodes = _listening_inodes(port)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            links = {link.readlink().name for link in (folder / "fd").iterdir()}
        except OSError:
            continue
        if any(f"socket:[{inode}]" in links for inode in inodes):
            return f"{(folder / 'comm').read_text().strip()} (pid {folder.name})"
    return None


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(fields[9])
    return found
