"""The launcher's own life: it ends cleanly however it is ended, and explains what is in its way."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.layout import REPOSITORY, process_environment
from local.stack import Stack

_BASE_PORT = 20_300


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("launcher") / "data"


@pytest.fixture
def running(data: Path) -> Iterator[Stack]:
    with Stack(data, base_port=_BASE_PORT, http_port=20_399, only=["infrastructure"]) as stack:
        yield stack


def local(data: Path, *words: str, base_port: int = _BASE_PORT) -> subprocess.CompletedProcess[str]:
    names = process_environment()
    names = {name: value for name, value in names.items() if not name.startswith("PARLANCE_")}
    return subprocess.run(
        [sys.executable, "-m", "local", *words],
        cwd=REPOSITORY,
        env={**names, "PARLANCE_DATA": str(data), "PARLANCE_BASE_PORT": str(base_port)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def processes_of(data: Path) -> list[str]:
    """Command lines of all processes that name the data folder or run in it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_text().replace("\0", " ")
            where = (folder / "cwd").readlink()
        except OSError:
            continue
        if int(folder.name) != os.getpid() and (str(data) in command or where.is_relative_to(data)):
            found.append(command)
    return found


def wait_until_gone(data: Path, seconds: float) -> list[str]:
    deadline = time.monotonic() + seconds
    while processes_of(data) and time.monotonic() < deadline:
        time.sleep(0.1)
    return processes_of(data)


def wait_for(stack: Stack, number: signal.Signals) -> float:
    """Send the launcher a signal; the seconds until it has ended."""
    assert stack._launcher is not None
    begun = time.monotonic()
    os.kill(stack._launcher.pid, number)
    stack._launcher.wait(30)
    return time.monotonic() - begun


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_within_fifteen_seconds(
    running: Stack, data: Path, number: signal.Signals
) -> None:
    assert len(processes_of(data)) >= 5
    assert wait_for(running, number) < 15
    assert processes_of(data) == []


def test_no_process_outlives_a_killed_launcher(running: Stack, data: Path) -> None:
    wait_for(running, signal.SIGKILL)
    assert wait_until_gone(data, 10) == []


def test_a_second_launcher_on_the_same_folder_is_told_so(running: Stack, data: Path) -> None:
    second = local(data, "up")
    assert second.returncode == 1
    assert f"already runs on {data}" in second.stderr


def test_status_lists_the_parts_and_down_ends_them(running: Stack, data: Path) -> None:
    table = local(data, "status").stdout
    assert all(f"{name} " in table for name in ("rabbitmq", "postgres", "s3", "milvus", "total"))
    assert local(data, "down").stdout == "stopped\n"
    assert processes_of(data) == []


def test_a_taken_port_is_named_with_its_holder_and_the_variable(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 20_503))
        holder.listen()
        refused = local(tmp_path / "data", "up", base_port=20_500)
    assert refused.returncode == 1
    assert "port 20503, which postgres needs, is taken by" in refused.stderr
    assert f"(pid {os.getpid()})" in refused.stderr
    assert "PARLANCE_BASE_PORT" in refused.stderr


def test_an_unknown_part_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    refused = local(tmp_path / "data", "up", "--only", "kafka")
    assert refused.returncode == 1
    assert "no part is called kafka; there are infrastructure, models" in refused.stderr
