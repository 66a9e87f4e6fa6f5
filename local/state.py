"""What a running launcher leaves in its data folder for others: one lock, one state file."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any


class AlreadyRunningError(Exception):
    """Another launcher works on the same data folder."""


class DataLock:
    """Holds DATA/launcher.lock as long as this process lives; the file names its pid."""

    def __init__(self, data: Path) -> None:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = (data / "launcher.lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = running_pid(data)
            raise AlreadyRunningError(
                f"Parlance already runs on {data} (pid {pid}); `make stop` ends it, "
                "or set PARLANCE_DATA, PARLANCE_BASE_PORT and PARLANCE_HTTP_PORT for a second one"
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let another launcher have the folder."""
        self._file.truncate(0)
        self._file.close()


def running_pid(data: Path) -> int | None:
    """The pid of the launcher that holds the folder, None when none does."""
    try:
        with (data / "launcher.lock").open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0)
    except FileNotFoundError:
        return None
    return None


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Replace the state file at once."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(state, indent=1))
    fresh.replace(path)


def read_state(path: Path) -> dict[str, Any]:
    """The state last written; empty when there is none."""
    try:
        state: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return state
