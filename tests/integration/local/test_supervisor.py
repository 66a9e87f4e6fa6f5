"""How the supervisor treats processes, seen on tiny shell scripts."""

import asyncio
import io
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from local import keeper
from local.console import Console
from local.layout import Layout
from local.part import Part
from local.supervisor import StartFailedError, Supervisor


def script(name: str, text: str, **more: object) -> Part:
    settings: dict[str, object] = {
        "name": name,
        "group": "services",
        "command": ("sh", "-c", text),
        "environment": {"PATH": "/usr/bin:/bin"},
        "ready": always,
    }
    return Part(**{**settings, **more})  # type: ignore[arg-type]


async def always() -> bool:
    return True


async def never() -> bool:
    return False


class Run:
    def __init__(self, folder: Path, *parts: Part) -> None:
        self.out = io.StringIO()
        layout = Layout(folder)
        self.supervisor = Supervisor(layout, parts, Console(verbose=True, out=self.out))
        self.keepers = self.supervisor.keepers


@asynccontextmanager
async def up(folder: Path, *parts: Part) -> AsyncIterator[Run]:
    run = Run(folder, *parts)
    try:
        await run.supervisor.up()
        yield run
    finally:
        await run.supervisor.down()


def lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - anything may be waited for
            await asyncio.sleep(0.01)


async def test_parts_start_after_what_they_need(tmp_path: Path) -> None:
    file = tmp_path / "order"
    task = script("task", f"sleep 0.2; echo task >> {file}", ready=None)
    second = script("second", f"echo second >> {file}; sleep 60", after=("task",))
    async with up(tmp_path, second, task):
        await until(lambda: file.read_text() == "task\nsecond\n")


async def test_a_part_that_ends_is_started_again(tmp_path: Path) -> None:
    async with up(tmp_path, script("short", "sleep 0.2")) as run:
        await until(lambda: run.keepers["short"].restarts >= 1)
        await until(lambda: run.keepers["short"].state == "ready")


async def test_restarts_come_later_and_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "_FIRST_DELAY_SECONDS", 0.05)
    monkeypatch.setattr(keeper, "_LONGEST_DELAY_SECONDS", 0.2)
    async with up(tmp_path, script("short", "sleep 0.05")) as run:
        await until(lambda: run.out.getvalue().count("again in") >= 4)
    said = run.out.getvalue().splitlines()
    delays = [line.rpartition("again in ")[2] for line in said if "again in" in line]
    assert delays[:4] == ["0.1 s", "0.1 s", "0.2 s", "0.2 s"]


async def test_a_part_that_never_starts_ends_the_start_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "_FIRST_DELAY_SECONDS", 0.01)
    broken = script("broken", "echo I cannot >&2; exit 3", ready=never)
    with pytest.raises(StartFailedError, match=r"(?s)broken does not start.*I cannot"):
        async with up(tmp_path, broken):
            pass


async def test_a_program_that_does_not_exist_ends_the_start(tmp_path: Path) -> None:
    missing = script("missing", "", command=("/no/such/program",))
    with pytest.raises(StartFailedError, match="No such file"):
        async with up(tmp_path, missing):
            pass


async def test_a_part_that_stops_answering_is_killed_and_restarted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "_ALIVE_EVERY_SECONDS", 0.02)
    answers = iter([True, False, True, False, False, False])

    async def alive() -> bool:
        return next(answers, True)

    async with up(tmp_path, script("deaf", "sleep 60", alive=alive)) as run:
        await until(lambda: run.keepers["deaf"].restarts == 1)
        await until(lambda: run.keepers["deaf"].state == "ready")
    assert "deaf ended with signal 9" in run.out.getvalue()


async def test_one_that_ignores_sigterm_is_killed_with_its_children(tmp_path: Path) -> None:
    file = tmp_path / "child"
    text = f"trap '' TERM; setsid sleep 60 & echo $! > {file}; while :; do sleep 1; done"
    async with up(tmp_path, script("stubborn", text, grace_seconds=0.3)):
        await until(lambda: file.exists() and file.read_text().strip() != "")
        begun = time.monotonic()
    assert time.monotonic() - begun < 2
    assert not lives(int(file.read_text()))


async def test_parts_stop_after_those_that_need_them(tmp_path: Path) -> None:
    file = tmp_path / "order"
    loop = "while :; do sleep 0.05; done"
    base = script("base", f"trap 'echo base >> {file}; exit' TERM; {loop}")
    base_of_all = script(
        "bus", f"trap 'echo bus >> {file}; exit' TERM; {loop}", group="infrastructure"
    )
    above = script(
        "above", f"trap 'sleep 0.3; echo above >> {file}; exit' TERM; {loop}", after=("base",)
    )
    async with up(tmp_path, base_of_all, base, above):
        await asyncio.sleep(0.2)
    assert file.read_text() == "above\nbase\nbus\n"


async def test_a_stopped_part_comes_back_only_when_asked(tmp_path: Path) -> None:
    async with up(tmp_path, script("part", "sleep 60")) as run:
        await run.keepers["part"].stop()
        await asyncio.sleep(0.7)
        assert run.keepers["part"].state == "stopped"
        run.keepers["part"].start()
        await until(lambda: run.keepers["part"].state == "ready")


async def test_stopping_while_everything_still_starts_leaves_nothing(tmp_path: Path) -> None:
    run = Run(
        tmp_path, script("slow", "sleep 60", ready=never), script("next", "", after=("slow",))
    )
    starting = asyncio.create_task(run.supervisor.up())
    await until(lambda: run.keepers["slow"].pid is not None)
    pid = run.keepers["slow"].pid
    starting.cancel()
    await run.supervisor.down()
    assert pid is not None
    assert not lives(pid)
