"""The real model server as a child process, on a free loopback port; skipped without weights."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cohere
import httpx
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
WEIGHTS = Path(os.environ.get("PARLANCE_WEIGHTS", REPOSITORY / ".weights"))  # noqa: TID251 - as the server does


def free_port() -> int:
    """A port below the ephemeral range that nobody listens on."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def need_weights(name: str) -> None:
    """Skip the test unless the model is installed."""
    if not (WEIGHTS / "models" / name).exists():
        pytest.skip(f"needs `python -m services.models fetch {name}`")


@contextmanager
def serving(**settings: str) -> Iterator[str]:
    """The URL of a server with these PARLANCE_MODELS_* settings."""
    port = free_port()
    inherited = os.environ.items()  # noqa: TID251 - what the shell exported must not steer the test
    environment = {key: value for key, value in inherited if not key.startswith("PARLANCE_")}
    environment |= {f"PARLANCE_MODELS_{key.upper()}": value for key, value in settings.items()}
    environment |= {"PARLANCE_MODELS_PORT": str(port), "PARLANCE_WEIGHTS": str(WEIGHTS)}
    server = subprocess.Popen(
        [sys.executable, "-m", "services.models", "serve"], cwd=REPOSITORY, env=environment
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=15)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the model server ended"
        try:
            answer = httpx.get(f"{url}/readyz", timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        if answer.status_code == 200 and not answer.json()["loading"]:
            return
        time.sleep(0.05)
    raise AssertionError("the model server did not become ready")


@pytest.fixture(scope="session")
def models_url() -> Iterator[str]:
    """A server with the default embedder and nothing generative."""
    need_weights("all-minilm-l6-v2")
    with serving(generative="none") as url:
        yield url


@pytest.fixture
def client(models_url: str) -> Iterator[cohere.ClientV2]:
    """The real SDK against the server."""
    with httpx.Client(timeout=60) as transport:
        yield cohere.ClientV2(
            api_key="unused", base_url=models_url, httpx_client=transport, max_retries=0
        )
