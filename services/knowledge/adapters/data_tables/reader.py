"""Reads tables in child processes; good in green processes too: waiting for a child is theirs to do."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import structlog

from contracts.errors import Unavailable
from services.knowledge.domain.data_table import DataTable, TableColumn
from services.knowledge.domain.extraction import ExtractionFailed
from services.knowledge.domain.media_types import ReadKind

log = structlog.get_logger(__name__)
_CODE = Path(__file__).parents[4]  # the folder that holds `services`
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve more addresses than are allowed
}


class SandboxedTables:
    """The port `TableReader`. at_once: children; whoever finds no place for so long is sent away."""

    def __init__(
        self,
        *,
        timeout_s: float,
        at_once: int,
        patience_s: float = 10,
        memory_bytes: int = 2 * 1024 * 1024 * 1024,
    ) -> None:
        self._timeout_s = timeout_s
        self._patience_s = patience_s
        self._memory_bytes = memory_bytes
        self._places = BoundedSemaphore(at_once)

    def read(self, path: Path, kind: ReadKind, folder: Path) -> list[DataTable]:
        """Raises ExtractionFailed with a reason for the owner, Unavailable."""
        if not self._places.acquire(timeout=self._patience_s):
            raise Unavailable.of("Reading tables")
        try:
            said = self._said(path, kind, folder)
        finally:
            self._places.release()
        if "failed" in said:
            raise ExtractionFailed(str(said["failed"])[:500])
        return [_table(each) for each in said["tables"]]

    def _said(self, path: Path, kind: ReadKind, folder: Path) -> dict[str, Any]:
        with tempfile.TemporaryFile() as result, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                self._command(path, kind, folder),
                stdin=subprocess.DEVNULL,
                stdout=result,
                stderr=errors,
                env=_ENVIRONMENT,
                cwd=_CODE,
                start_new_session=True,
            )
            try:
                code = process.wait(self._timeout_s)
            except subprocess.TimeoutExpired:
                code = -signal.SIGXCPU
            finally:
                process.kill()
                process.wait()
            if code != 0:
                errors.seek(0)
                stderr = errors.read(4096).decode("utf-8", "replace")
                log.warning("table_child_failed", code=code, kind=kind, stderr=stderr)
                raise ExtractionFailed(self._reason(code))
            result.seek(0)
            said: dict[str, Any] = json.load(result)
            return said

    def _command(self, path: Path, kind: ReadKind, folder: Path) -> list[str]:
        limits = [str(self._memory_bytes), str(int(self._timeout_s) + 1)]
        module = f"{__package__}.child"
        return [
            *(sys.executable, "-E", "-s", "-m", module),
            *(str(os.getpid()), kind, str(path.absolute()), str(folder.absolute()), *limits),
        ]

    def _reason(self, code: int) -> str:
        if code in {-signal.SIGXCPU, -signal.SIGALRM}:
            return f"Reading the tables took longer than {self._timeout_s:g} seconds."
        if code == -signal.SIGXFSZ:
            return "The tables are larger than is allowed."
        if code in {-signal.SIGKILL, -signal.SIGABRT}:
            return "Reading the tables needs more memory or time than is allowed."
        return "The file made its reader crash: it is damaged or hostile."


def _table(said: dict[str, Any]) -> DataTable:
    return DataTable(
        sheet=str(said["sheet"]),
        rows=int(said["rows"]),
        columns=tuple(TableColumn(**each) for each in said["columns"]),
        head=tuple(tuple(map(str, row)) for row in said["head"]),
    )
