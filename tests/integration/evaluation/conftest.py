"""evaluation's processes on a real broker, database and embedding model; chat and knowledge stand in."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from kombu import Connection, Consumer, Exchange, Queue
from sqlalchemy import Engine

from chassis.database import sync_engine
from chassis.rpc_client import RpcClient
from contracts.rpc.assistants.configurations import Assistant
from local.stack import Stack
from services.assistants.adapters.assistant_store import PostgresAssistants
from services.assistants.domain.size import check_size
from tests.integration.assistants.conftest import process

from .stand_ins import ChatStandIn, serving

BASE_PORT = 20_800
KNOWLEDGE_BASE = UUID("11111111-1111-4111-8111-111111111111")
_users = count(1_000)


@pytest.fixture(scope="session")
def chat() -> ChatStandIn:
    return ChatStandIn()


@pytest.fixture(scope="session")
def stack(chat: ChatStandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Impatient, so that tests of patience are short."""
    data = tmp_path_factory.mktemp("evaluation") / "data"
    with (
        serving(chat) as address,
        Stack(
            data,
            base_port=BASE_PORT,
            http_port=BASE_PORT + 99,
            only=["evaluation-rpc", "evaluation-worker", "assistants-rpc"],
            variables={
                "PARLANCE_CHAT_ADDRESS": address,
                "PARLANCE_SEARCH_ADDRESS": address,
                "PARLANCE_CASE_TIMEOUT_S": "3",
                "PARLANCE_CASE_PATIENCE_S": "4",
                "PARLANCE_CASE_LEASE_S": "2",
                "PARLANCE_EVALUATION_SWEEP_EVERY_S": "1",
            },
        ) as running,
    ):
        log = tmp_path_factory.mktemp("knowledge") / "knowledge.log"
        command = [sys.executable, "-m", "tests.integration.evaluation.knowledge_stand_in"]
        with process(command, log, running.environment):
            yield running


@pytest.fixture
def user_id() -> int:
    """A user nobody else has."""
    return next(_users)


@pytest.fixture(scope="session")
def assistants_engine(stack: Stack) -> Iterator[Engine]:
    engine = sync_engine(stack.environment["PARLANCE_ASSISTANTS_DATABASE_URL"], pool_size=2)
    yield engine
    engine.dispose()


@pytest.fixture
def make_assistant(assistants_engine: Engine, user_id: int) -> Callable[..., Assistant]:
    """Make one of `user_id`, with the stand-in's knowledge base."""

    def make(**fields: Any) -> Assistant:
        return PostgresAssistants(assistants_engine, check=check_size).add(
            user_id=user_id,
            assistant_uuid=uuid4(),
            changes={"knowledge_base": KNOWLEDGE_BASE, **fields},
        )

    return make


@pytest.fixture
async def rpc(stack: Stack) -> AsyncIterator[RpcClient]:
    client = await RpcClient(
        stack.environment["PARLANCE_AMQP_URL"], name="gateway", timeout_s=8
    ).start()
    await client._is_open.wait()
    yield client
    await client.close()


class Announced:
    """What evaluation announced since the test began."""

    def __init__(self, url: str, queue: Queue) -> None:
        self._url, self._queue = url, queue
        self._heard: list[dict[str, Any]] = []

    def of(self, run_id: UUID) -> list[tuple[str, dict[str, Any]]]:
        """Of one run: name without service and version, and data."""

        def hear(body: dict[str, Any], message: Any) -> None:
            self._heard.append(body)
            message.ack()

        with (
            Connection(self._url) as connection,
            Consumer(connection, [self._queue], callbacks=[hear]),
        ):
            try:
                while True:
                    connection.drain_events(timeout=0.3)
            except TimeoutError:
                pass
        return [
            (each["type"].split(".")[1], each["data"])
            for each in self._heard
            if each["data"]["run_id"] == str(run_id)
        ]


@pytest.fixture
def announced(stack: Stack) -> Iterator[Announced]:
    url = stack.environment["PARLANCE_AMQP_URL"]
    exchange = Exchange("evaluation.events", "topic", durable=True)
    queue = Queue(f"tests-{uuid4()}", exchange, routing_key="#", durable=True)
    with Connection(url) as connection:
        queue(connection).declare()
    yield Announced(url, queue)
    with Connection(url) as connection:
        queue(connection).delete()
