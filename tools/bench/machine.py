"""On what was measured, when, and which commit."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.layout import REPOSITORY


def describe() -> dict[str, Any]:
    """CPU, cores, memory in MB, Python, kernel."""
    return {
        "cpu": _first("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": int(_first("/proc/meminfo", "MemTotal").split()[0]) // 1024,
        "python": platform.python_version(),
        "kernel": platform.release(),
    }


def load() -> list[float]:
    """The load averages of 1, 5 and 15 minutes."""
    return [round(each, 2) for each in os.getloadavg()]


def now() -> str:
    """UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def commit() -> str:
    """The commit's short id, with a plus where tracked files were changed since; "" without git."""
    try:
        made = _git("rev-parse", "--short", "HEAD")
        return made + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*words: str) -> str:
    asked = subprocess.run(
        ["git", *words], cwd=REPOSITORY, check=True, capture_output=True, text=True, timeout=20
    )
    return asked.stdout.strip()


def _first(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return "0"
