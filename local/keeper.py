"""Keep one part in the state that is wanted of it: running and answering, or stopped."""

import asyncio
import time
import traceback
from collections.abc import Callable
from typing import Literal

from local.console import Console, LogFile
from local.part import Part
from local.process import descendants, end, kill_all, spawn

State = Literal["waiting", "starting", "ready", "done", "restarting", "stopped", "failed"]

_FIRST_DELAY_SECONDS = 0.5
_LONGEST_DELAY_SECONDS = 10.0
_HEALTHY_SECONDS = 30.0
_FIRST_START_ATTEMPTS = 3
_ALIVE_EVERY_SECONDS = 5.0
_ALIVE_MISSES = 3
_READY_EVERY_SECONDS = 0.1


class Keeper:
    """Starts, watches, restarts and stops one part."""

    def __init__(
        self, part: Part, console: Console, log: LogFile, changed: Callable[[], None]
    ) -> None:
        self.part = part
        self.state: State = "waiting"
        self.since = time.time()
        self.restarts = 0
        self.pid: int | None = None
        self.ready = asyncio.Event()
        self.settled = asyncio.Event()
        """Set once it has been ready for the first time, or has failed for good."""
        self._console = console
        self._log = log
        self._changed = changed
        self._wanted = True
        self._wake = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._been_ready = False

    async def keep(self) -> None:
        """Run until cancelled, or until a task is done or a first start has failed for good."""
        delay = _FIRST_DELAY_SECONDS
        while self.state not in ("done", "failed"):
            if not self._wanted:
                await self._rest("stopped", None)
                continue
            started = time.monotonic()
            code = await self._live()
            if not self._wanted:
                continue
            if self.part.is_task and code == 0:
                self._become("done")
                self.ready.set()
                self.settled.set()
            elif not self._been_ready and self.restarts >= _FIRST_START_ATTEMPTS - 1:
                self._become("failed")
                self.settled.set()
            else:
                if time.monotonic() - started > _HEALTHY_SECONDS:
                    delay = _FIRST_DELAY_SECONDS
                await self._restart_later(code, delay)
                delay = min(_LONGEST_DELAY_SECONDS, delay * 2)

    async def stop(self) -> None:
        """Stop the part; it stays away until `start`."""
        self._wanted = False
        self._wake.set()
        if self._process is not None:
            await end(self._process, self.part.stop_signal, self.part.grace_seconds)

    def start(self) -> None:
        """Let the part run again after `stop`."""
        self._wanted = True
        self._wake.set()

    def kill(self) -> None:
        """Kill the part at once, without its leave."""
        if self.pid is not None:
            kill_all(self.pid, descendants(self.pid))

    def fail(self, error: Exception) -> None:
        """Give the part up: it cannot even be started."""
        for line in "".join(traceback.format_exception(error)).splitlines():
            self._log.write(line)
        self._become("failed")
        self.settled.set()

    def last_lines(self) -> list[str]:
        """The end of what the part has said."""
        return self._log.tail(15)

    def close_log(self) -> None:
        """Close the log file; nothing may be started after this."""
        self._log.close()

    async def _restart_later(self, code: int, delay: float) -> None:
        self.restarts += 1
        text = f"{self.part.name} ended with {_meaning(code)}; again in {delay:.1f} s"
        self._log.mark(text)
        self._console.say(f"! {text}")
        await self._rest("restarting", delay)

    async def _rest(self, state: State, seconds: float | None) -> None:
        self._become(state)
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _live(self) -> int:
        """One life of the process: start it, watch it, return its exit code."""
        begun = time.monotonic()
        self._become("starting")
        if self.part.prepare is not None:
            await asyncio.to_thread(self.part.prepare)
        self._log.mark(f"starting {' '.join(self.part.command)}")
        process, said = await spawn(self.part)
        self._process = process
        self.pid = process.pid
        self._changed()
        reader = asyncio.create_task(self._read(said))
        watcher = asyncio.create_task(self._watch(begun))
        try:
            if not self._wanted:
                await end(process, self.part.stop_signal, self.part.grace_seconds)
            return await process.wait()
        finally:
            watcher.cancel()
            kill_all(process.pid, set())
            self.ready.clear()
            self._process = self.pid = None
            # A grandchild that holds the pipe open must not hold up the restart.
            await asyncio.wait([reader], timeout=1)
            reader.cancel()

    async def _read(self, said: asyncio.StreamReader) -> None:
        quiet = self.part.group == "infrastructure"
        rest = b""
        while chunk := await said.read(65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                text = line.decode(errors="replace")
                self._log.write(text)
                self._console.relay(self.part.name, text, quiet=quiet)

    async def _watch(self, begun: float) -> None:
        """Wait until the part is ready, then see that it lives; kill it when it does not."""
        if self.part.ready is None:
            return
        while not await self.part.ready():
            if time.monotonic() - begun > self.part.start_seconds:
                self._log.mark(f"not ready after {self.part.start_seconds:.0f} s: killed")
                self.kill()
                return
            await asyncio.sleep(_READY_EVERY_SECONDS)
        self._been_ready = True
        self._become("ready")
        self.ready.set()
        self.settled.set()
        await self._see_that_it_lives()

    async def _see_that_it_lives(self) -> None:
        misses = 0
        while self.part.alive is not None and misses < _ALIVE_MISSES:
            # Beside the probe, so that one that runs into its own limit counts as one miss.
            pause = asyncio.sleep(_ALIVE_EVERY_SECONDS)
            answered, _ = await asyncio.gather(self.part.alive(), pause)
            misses = 0 if answered else misses + 1
        if misses:
            self._log.mark(f"no answer to {misses} liveness probes: killed")
            self._console.say(f"! {self.part.name} does not answer: killed")
            self.kill()

    def _become(self, state: State) -> None:
        self.state = state
        self.since = time.time()
        self._changed()


def _meaning(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"status {code}"
