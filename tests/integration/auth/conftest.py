"""auth, assistants and the gateway on a real broker and database; Zoho stands in."""

import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from chassis.database import sync_engine
from local.stack import Stack
from tools.client import Client

from .zoho_stand_in import CLIENT_ID, CLIENT_SECRET, ZohoStandIn, zoho_stand_in

BASE_PORT = 18_300
FRONT_END = "http://front.example/settings?tab=apps"
PASSWORD = "Tr1cky-horse-battery"


@pytest.fixture(scope="session")
def zoho() -> Iterator[ZohoStandIn]:
    with zoho_stand_in() as server:
        yield server


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, zoho: ZohoStandIn) -> Iterator[Stack]:
    with Stack(
        tmp_path_factory.mktemp("auth") / "data",
        base_port=BASE_PORT,
        http_port=BASE_PORT + 99,
        only=["auth-rpc", "assistants-rpc", "gateway"],
        variables={
            "PARLANCE_ZOHO_CLIENT_ID": CLIENT_ID,
            "PARLANCE_ZOHO_CLIENT_SECRET": CLIENT_SECRET,
            "PARLANCE_ZOHO_ACCOUNTS_SERVER": zoho.url,
            "PARLANCE_FRONTEND_URL": FRONT_END,
            "PARLANCE_TRUSTED_PROXIES": "127.0.0.1",
            "PARLANCE_SIGN_IN_FAILURES_PER_ADDRESS": "20",
        },
    ) as running:
        yield running


@pytest.fixture(scope="session")
def engine(stack: Stack) -> Iterator[Engine]:
    made = sync_engine(stack.environment["PARLANCE_AUTH_DATABASE_URL"], pool_size=5)
    yield made
    made.dispose()


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    """A new user, signed in, with PASSWORD."""
    with Client(f"http://127.0.0.1:{stack.layout.http_port}") as signed_in:
        signed_in.sign_up(f"user-{uuid4().hex[:12]}", PASSWORD)
        yield signed_in


def wait_until(reached: Callable[[], object], *, within_s: float = 10) -> None:
    deadline = time.monotonic() + within_s
    while not reached():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)
