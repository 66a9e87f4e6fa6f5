"""A run of the local parts for tests: started as a context manager, with parts to take away.

    with Stack(tmp_path / "data", base_port=22100, http_port=8100, only=["infrastructure"]) as stack:
        stack.environment["PARLANCE_AMQP_URL"]
        stack.kill("rabbitmq")                 # the launcher restarts it
        stack.wait_ready()
        stack.stop_part("milvus")              # away until ...
        stack.start_part("milvus")             # ... this returns with it ready again

It is synchronous and drives a launcher process of its own, which ends with this process however
that ends.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.credentials import load_or_create
from local.environment import local_environment
from local.layout import REPOSITORY, Layout, process_environment
from local.state import read_state

_INHERITED = ("PARLANCE_POSTGRES_BIN", "PARLANCE_WEIGHTS")
_SETTLED = ("ready", "done")


class StackError(Exception):
    """The stack, or a part of it, did not get where it should; the message holds its output."""


class Stack:
    """One run of `python -m local up` on the given data folder and ports."""

    def __init__(
        self,
        data: Path,
        *,
        base_port: int,
        http_port: int,
        only: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """`only` is as for `up --only`; `variables` are further ones for every service."""
        self.layout = Layout(data.resolve(), base_port=base_port, http_port=http_port)
        self.only = tuple(only)
        self.variables = dict(variables or {})
        self.layout.folder("log")
        self.environment: dict[str, str] = {
            **local_environment(self.layout, load_or_create(self.layout.data)),
            **self.variables,
        }
        self._launcher: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the launcher without waiting for its parts."""
        self.layout.state_file.unlink(missing_ok=True)
        inherited = {
            name: value
            for name, value in process_environment().items()
            if not name.startswith("PARLANCE_") or name in _INHERITED
        }
        inherited.pop("MAKELEVEL", None)
        command = [sys.executable, "-m", "local", "up", "--controlled"]
        command += [word for name in self.only for word in ("--only", name)]
        with self.output.open("ab") as output:
            self._launcher = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={
                    **inherited,
                    **self.variables,
                    "PARLANCE_DATA": str(self.layout.data),
                    "PARLANCE_BASE_PORT": str(self.layout.base_port),
                    "PARLANCE_HTTP_PORT": str(self.layout.http_port),
                },
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, *, seconds: float = 30.0) -> None:
        """End the launcher and wait for it; kills it when it needs longer."""
        launcher, self._launcher = self._launcher, None
        if launcher is None:
            return
        launcher.terminate()
        try:
            launcher.wait(seconds)
        except subprocess.TimeoutExpired:
            launcher.kill()
            launcher.wait()
            raise StackError(f"the launcher did not end in {seconds:.0f} s") from None
        finally:
            if launcher.stdin is not None:
                launcher.stdin.close()

    def wait_ready(self, *names: str, seconds: float = 120.0) -> None:
        """Wait until these parts (default: all that are wanted) are ready."""
        self._wait(lambda parts: _all(parts, names, _SETTLED), "ready", seconds)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a part's process a signal; returns when the launcher has seen it go (SIGKILL)."""
        pid = self.pid(name)
        os.kill(pid, number)
        if number is signal.SIGKILL:
            self._wait(lambda parts: parts[name]["pid"] != pid, f"without {name}", 10.0)

    def stop_part(self, name: str) -> None:
        """Take a part away until `start_part`; returns when it is gone."""
        self._tell("stop", name)
        self._wait(lambda parts: parts[name]["state"] == "stopped", f"without {name}", 30.0)

    def start_part(self, name: str, *, seconds: float = 60.0) -> None:
        """Let a part come back; returns when it is ready."""
        self._tell("start", name)
        self.wait_ready(name, seconds=seconds)

    def pid(self, name: str) -> int:
        """The process id of a part."""
        pid = self.parts()[name]["pid"]
        if pid is None:
            raise StackError(f"{name} is not running")
        return int(pid)

    def parts(self) -> dict[str, dict[str, Any]]:
        """The state of every part: state, pid, port, since, restarts."""
        parts: dict[str, dict[str, Any]] = read_state(self.layout.state_file).get("parts", {})
        return parts

    def log(self, name: str) -> str:
        """Everything a part has said so far."""
        return (self.layout.log_folder / f"{name}.log").read_text(errors="replace")

    @property
    def output(self) -> Path:
        """What the launcher itself has said."""
        return self.layout.log_folder / "launcher.log"

    def _tell(self, command: str, name: str) -> None:
        if self._launcher is None or self._launcher.stdin is None:
            raise StackError("the stack is not running")
        self._launcher.stdin.write(f"{command} {name}\n".encode())
        self._launcher.stdin.flush()

    def _wait(self, reached: Any, wish: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            parts = self.parts()
            if parts and reached(parts):
                return
            ended = self._launcher is None or self._launcher.poll() is not None
            if ended or time.monotonic() > deadline:
                states = {name: part["state"] for name, part in parts.items()}
                said = self.output.read_text(errors="replace")[-4_000:]
                raise StackError(f"not {wish} ({seconds:.0f} s): {states}\n{said}")
            time.sleep(0.05)


def _all(parts: dict[str, dict[str, Any]], names: Sequence[str], states: Sequence[str]) -> bool:
    wanted = names or [name for name, part in parts.items() if part["state"] != "stopped"]
    return all(parts[name]["state"] in states for name in wanted)
