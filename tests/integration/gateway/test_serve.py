"""The gateway as a process, with nothing behind it: it starts, tells what is away, and ends cleanly."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """`python -m services.gateway serve`, and a client of it."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self.log = log
        nobody = f"127.0.0.1:{free_port()}"
        environment = {
            **os.environ,  # noqa: TID251 - the child inherits it
            "PARLANCE_AMQP_URL": f"amqp://guest:guest@{nobody}/",
            "PARLANCE_CHAT_ADDRESS": nobody,
            "PARLANCE_HTTP_PORT": str(self.port),
            "PARLANCE_JSON_BODY_TIMEOUT_S": "1",
        }
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services.gateway", "serve"],
                cwd=ROOT,
                env=environment,
                stderr=output,
            )
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False)

    def wait_until_alive(self, within_s: float = 30) -> None:
        deadline = time.monotonic() + within_s
        while True:
            try:
                assert self.http.get("/healthz").status_code == 200
                break
            except httpx.TransportError:
                assert self.process.poll() is None, self.log.read_text()
                assert time.monotonic() < deadline, "the gateway did not start"
                time.sleep(0.1)

    def lines_of(self, request_id: str, within_s: float = 5) -> str:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            found = [line for line in self.log.read_text().splitlines() if request_id in line]
            if found:
                return "\n".join(found)
            time.sleep(0.05)
        return ""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Process]:
    running = Process(tmp_path / "gateway.log")
    try:
        running.wait_until_alive()
        yield running
    finally:
        running.http.close()
        running.process.kill()
        running.process.wait(10)


def test_it_runs_alone_and_says_what_is_away(gateway: Process) -> None:
    ready = gateway.http.get("/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"status": "not ready", "away": ["message broker", "chat"]}

    refused = gateway.http.post("/api/token/", json={"username": "a", "password": "b"})
    assert refused.status_code == 503
    assert refused.json() == {"detail": "Authentication is temporarily unavailable."}
    assert refused.headers["Retry-After"]


def test_lorem_arrives_in_visible_steps(gateway: Process) -> None:
    with gateway.http.stream("GET", "/api/stream/") as response:
        arrivals = [time.monotonic() for _ in response.iter_raw()]
    assert len(arrivals) > 50
    assert arrivals[-1] - arrivals[0] > 1


def test_a_client_that_hangs_up_ends_its_request(gateway: Process) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.sendall(b"GET /api/stream/ HTTP/1.1\r\nHost: x\r\nX-Request-ID: left\r\n\r\n")
        assert b"200 OK" in connection.recv(100)
    assert '"hung_up": true' in gateway.lines_of("left", within_s=1)


def test_too_large_a_body_is_refused_before_it_is_sent(gateway: Process) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.settimeout(5)
        connection.sendall(
            b"POST /api/token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 999999999\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_trickles_in_ends_the_connection(gateway: Process) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.settimeout(5)
        connection.sendall(
            b"POST /api/token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n{"
        )
        answer = b""
        while received := connection.recv(1000):
            answer += received
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert answer.endswith(b'{"detail":"The request body did not arrive within 1 seconds."}')


def test_a_signal_ends_it_cleanly_while_it_streams(gateway: Process) -> None:
    with gateway.http.stream("GET", "/api/stream/") as response:
        chunks = response.iter_raw()
        next(chunks)
        gateway.process.send_signal(signal.SIGTERM)
        assert sum(1 for _ in chunks) > 50  # what is under way is finished
    assert gateway.process.wait(10) == 0
    assert '"event": "stopped"' in gateway.log.read_text()
