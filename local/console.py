"""What the launcher shows and keeps: progress, prefixed lines on the terminal, files."""

import json
import sys
import time
from pathlib import Path
from typing import IO, Any

_KEEP_BYTES = 5 * 1024 * 1024
_OLD_FILES = 2
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
_LEVEL_COLOURS = {"warning": 33, "error": 31, "critical": 31}
_LOUD = ("warning", "error", "critical")
_PLUMBING = ("event", "level", "timestamp")


class Console:
    """The terminal (or whatever standard output is), shared by all parts."""

    def __init__(self, *, verbose: bool, out: IO[str] = sys.stdout) -> None:
        self._verbose = verbose
        self._out = out
        self._coloured = out.isatty()

    def say(self, text: str = "") -> None:
        """Print a line of the launcher's own."""
        self._out.write(text + "\n")
        self._out.flush()

    def progress(self, name: str, word: str, seconds: float | None = None) -> None:
        """Print that a part has reached a state, and after how long."""
        took = "" if seconds is None else f"{seconds:6.1f} s"
        self.say(f"  {self._paint(name, f'{name:<20}')} {word:<12}{took}".rstrip())

    def relay(self, name: str, line: str, *, quiet: bool) -> None:
        """Show one line of a part, compact; unless verbose, warnings and unstructured lines only.

        `quiet` parts (the infrastructure) are shown only when verbose.
        """
        record = structured(line)
        if not self._verbose and (quiet or (record and record.get("level") not in _LOUD)):
            return
        text = self._compact(record) if record else line
        self.say(f"{self._paint(name, f'{name:>18} |')} {text}")

    def _compact(self, record: dict[str, Any]) -> str:
        level = str(record.get("level", ""))
        fields = " ".join(
            f"{key}={_short(value)}" for key, value in record.items() if key not in _PLUMBING
        )
        moment = str(record.get("timestamp", ""))[11:19]
        shown = f"\x1b[{_LEVEL_COLOURS[level]}m{level}\x1b[0m" if self._is_painted(level) else level
        return f"{moment} {shown} {record['event']} {fields}".strip()

    def _is_painted(self, level: str) -> bool:
        return self._coloured and level in _LEVEL_COLOURS

    def _paint(self, name: str, text: str) -> str:
        if not self._coloured:
            return text
        return f"\x1b[{_COLOURS[sum(name.encode()) % len(_COLOURS)]}m{text}\x1b[0m"


def structured(line: str) -> dict[str, Any] | None:
    """The JSON object of a service's log line, or None for any other line."""
    if not line.startswith("{"):
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and "event" in record else None


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class LogFile:
    """DATA/log/NAME.log: every line of a part, complete, across its restarts."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / f"{name}.log"
        rotate(self.path)
        self._file = self.path.open("a", encoding="utf-8", errors="replace")

    def write(self, line: str) -> None:
        """Append one line."""
        self._file.write(line + "\n")
        self._file.flush()

    def mark(self, text: str) -> None:
        """Append a line of the launcher's own, with the time."""
        self.write(f"----- {time.strftime('%Y-%m-%d %H:%M:%S')} {text}")

    def tail(self, lines: int) -> list[str]:
        """The last lines."""
        return self.path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def rotate(path: Path) -> None:
    """Move a file that has grown past 5 MB to NAME.log.1, and that to NAME.log.2."""
    if not path.exists() or path.stat().st_size < _KEEP_BYTES:
        return
    for number in range(_OLD_FILES, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        newer = path.with_name(f"{path.name}.{number - 1}") if number > 1 else path
        if newer.exists():
            newer.replace(older)
