"""`python -m local up`: one run, from the lock on the data folder to the last process's end."""

import asyncio
import signal
import sys
import time
from collections.abc import Sequence

from local.console import Console
from local.layout import HOST, Layout
from local.make import until_make_is_interrupted
from local.plan import Plan, make_plan
from local.ports import check_ports
from local.state import AlreadyRunningError, DataLock, read_state
from local.supervisor import StartFailedError, Supervisor

_IMPATIENT_AFTER_SECONDS = 2.0
_PREVIOUS_RUN_SECONDS = 15.0


def up(layout: Layout, *, only: Sequence[str], verbose: bool, controlled: bool) -> int:
    """Run until a signal; returns the exit status.

    `controlled` takes commands from standard input (see local/stack.py) and ends with it.
    """
    lock = _lock(layout)
    try:
        plan = make_plan(layout, only)
        check_ports(plan.parts)
        return asyncio.run(_run(layout, plan, Console(verbose=verbose), controlled=controlled))
    finally:
        lock.release()


def _lock(layout: Layout) -> DataLock:
    """The lock on the data folder; waits for a run that is just ending."""
    deadline = time.monotonic() + _PREVIOUS_RUN_SECONDS
    while True:
        try:
            return DataLock(layout.data)
        except AlreadyRunningError:
            phase = read_state(layout.state_file).get("phase")
            if phase not in ("stopping", "stopped") or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


async def _run(layout: Layout, plan: Plan, console: Console, *, controlled: bool) -> int:
    begun = time.monotonic()
    supervisor = Supervisor(layout, plan.parts, console)
    ending = _end_on_signals(supervisor, console)
    supervisor.accompany(_end_with_make(ending))
    if controlled:
        await _obey_standard_input(supervisor, ending)
    console.say(f"Starting {len(plan.parts)} parts; data in {layout.data}, logs in its log folder")
    for name, variable in plan.replaced.items():
        console.say(f"  {name:<20} not needed: {variable} is set")
    status = 0
    try:
        await _start(supervisor, ending)
        if not ending.is_set():
            _greet(console, layout, plan, time.monotonic() - begun)
        await ending.wait()
    except StartFailedError as error:
        console.say(f"\n{error}\n")
        status = 1
    console.say("Stopping ...")
    begun = time.monotonic()
    await supervisor.down()
    console.say(f"Stopped in {time.monotonic() - begun:.1f} s; the data is kept")
    return status


async def _start(supervisor: Supervisor, ending: asyncio.Event) -> None:
    """Wait for the start or for the wish to end, whichever comes first."""
    starting = asyncio.create_task(supervisor.up())
    told = asyncio.create_task(ending.wait())
    done, waiting = await asyncio.wait([starting, told], return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    if starting in done:
        await starting


def _end_on_signals(supervisor: Supervisor, console: Console) -> asyncio.Event:
    """The event a first signal sets; one more, two seconds later or after, kills everything.

    Not at once: from a terminal both make and the kernel may deliver the same wish.
    """
    ending = asyncio.Event()
    first: list[float] = []

    def on_signal() -> None:
        if not first:
            first.append(time.monotonic())
            ending.set()
        elif time.monotonic() - first[0] > _IMPATIENT_AFTER_SECONDS:
            console.say("Killing everything")
            supervisor.kill_everything()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    return ending


async def _end_with_make(ending: asyncio.Event) -> None:
    await until_make_is_interrupted()
    ending.set()


async def _obey_standard_input(supervisor: Supervisor, ending: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def obey() -> None:
        while line := await reader.readline():
            command, name = line.decode().split()
            if command == "stop":
                await supervisor.keepers[name].stop()
            elif command == "start":
                supervisor.keepers[name].start()
        ending.set()

    supervisor.accompany(obey())


def _greet(console: Console, layout: Layout, plan: Plan, seconds: float) -> None:
    console.say(f"Ready in {seconds:.1f} s")
    if all(part.name != "gateway" for part in plan.parts):
        console.say("`python -m local env` prints the variables that lead there. Ctrl-C stops.")
        return
    url = f"http://{HOST}:{layout.http_port}"
    console.say(
        f"""
  API            {url}/api/
  documentation  {url}/api/schema/swagger/

  next: make demo   (in another terminal: indexes a document and asks about it)
  or sign up yourself:
    curl -s {url}/api/register/ -H 'content-type: application/json' \\
      -d '{{"username": "ada", "password": "a long passphrase"}}'

  Ctrl-C stops everything; the data is kept."""
    )
