"""Bring all parts up in parallel as far as their order allows, keep them, take them down."""

import asyncio
import os
import time
from collections.abc import Coroutine, Sequence
from typing import Any

from local.console import Console, LogFile
from local.keeper import Keeper
from local.layout import Layout
from local.part import Part
from local.state import write_state


class StartFailedError(Exception):
    """A part could not be started; the message ends with what it said last."""


class Supervisor:
    """All keepers of one run."""

    def __init__(self, layout: Layout, parts: Sequence[Part], console: Console) -> None:
        self._layout = layout
        self._console = console
        self._begun = time.monotonic()
        self._phase = "starting"
        self._dirty = asyncio.Event()
        self.keepers = {
            part.name: Keeper(part, console, LogFile(layout.log_folder, part.name), self._dirty.set)
            for part in parts
        }
        self._tasks: list[asyncio.Task[None]] = []

    async def up(self) -> None:
        """Start everything; returns when every part is ready, raises StartFailedError."""
        self._tasks.append(asyncio.create_task(self._publish()))
        self._tasks += [asyncio.create_task(self._keep(keeper)) for keeper in self.keepers.values()]
        starts = [asyncio.create_task(self._started(keeper)) for keeper in self.keepers.values()]
        try:
            await asyncio.gather(*starts)
        finally:
            for start in starts:
                start.cancel()
        self.set_phase("ready")

    async def down(self) -> None:
        """Stop every part, each after those that need it."""
        self.set_phase("stopping")
        stopped = {name: asyncio.Event() for name in self.keepers}
        await asyncio.gather(*(self._stop(keeper, stopped) for keeper in self.keepers.values()))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.set_phase("stopped")
        self._write()
        for keeper in self.keepers.values():
            keeper.close_log()

    def kill_everything(self) -> None:
        """For the impatient: SIGKILL to all parts at once."""
        for keeper in self.keepers.values():
            keeper.kill()

    def accompany(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the parts, until `down`."""
        self._tasks.append(asyncio.create_task(work))

    def set_phase(self, phase: str) -> None:
        """Tell readers of the state file how far the run as a whole is."""
        self._phase = phase
        self._dirty.set()

    async def _keep(self, keeper: Keeper) -> None:
        for name in keeper.part.after:
            await self.keepers[name].ready.wait()
        try:
            await keeper.keep()
        except Exception as error:  # noqa: BLE001 - one part's trouble must not end the others
            keeper.fail(error)

    async def _started(self, keeper: Keeper) -> None:
        await keeper.settled.wait()
        if keeper.state != "failed":
            word = "done" if keeper.part.is_task else "ready"
            self._console.progress(keeper.part.name, word, time.monotonic() - self._begun)
            return
        raise StartFailedError(
            "\n".join(
                [
                    f"{keeper.part.name} does not start. The last it said:",
                    *(f"    {line}" for line in keeper.last_lines()),
                    f"All of it: {self._layout.log_folder / keeper.part.name}.log",
                ]
            )
        )

    async def _stop(self, keeper: Keeper, stopped: dict[str, asyncio.Event]) -> None:
        name = keeper.part.name
        for other in self.keepers.values():
            if name in other.part.after:
                await stopped[other.part.name].wait()
        if keeper.part.group == "infrastructure":
            # Services that do not name it use it too.
            for other in self.keepers.values():
                if other.part.group != "infrastructure":
                    await stopped[other.part.name].wait()
        await keeper.stop()
        stopped[name].set()

    async def _publish(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            self._write()

    def _write(self) -> None:
        write_state(
            self._layout.state_file,
            {
                "launcher": os.getpid(),
                "phase": self._phase,
                "http_port": self._layout.http_port,
                "base_port": self._layout.base_port,
                "parts": {name: _described(each) for name, each in self.keepers.items()},
            },
        )


def _described(keeper: Keeper) -> dict[str, object]:
    return {
        "state": keeper.state,
        "pid": keeper.pid,
        "port": keeper.part.port,
        "since": round(keeper.since, 3),
        "restarts": keeper.restarts,
    }
