"""assistants' processes on a real broker and database; knowledge and the model server stand in."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from chassis.database import sync_engine
from chassis.grpc_wire import channel
from chassis.rpc_client import RpcClient
from contracts.rpc.assistants.configurations import Assistant
from local.layout import REPOSITORY, process_environment
from local.stack import Stack
from protos.assistants.v1 import chat_pb2, chat_pb2_grpc
from services.assistants.adapters.assistant_store import PostgresAssistants
from services.assistants.domain.size import check_size

from .loops import served
from .replay import ReplayServer
from .search_stand_in import SearchStandIn

BASE_PORT = 20_400
WEIGHTS = REPOSITORY / ".weights" / "models"
_users = count(1_000)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """RabbitMQ, PostgreSQL, and assistants' own rpc process."""
    data = tmp_path_factory.mktemp("assistants") / "data"
    with Stack(
        data,
        base_port=BASE_PORT,
        http_port=BASE_PORT + 99,
        only=["assistants-rpc"],
        variables={"PARLANCE_RPC_TIMEOUT_S": "2"},
    ) as running:
        yield running


@pytest.fixture(scope="session")
def replay() -> Iterator[ReplayServer]:
    with served(ReplayServer()) as server:
        yield server


@pytest.fixture(scope="session")
def search() -> Iterator[SearchStandIn]:
    with served(SearchStandIn()) as server:
        yield server


@pytest.fixture(scope="session")
def chat_address(
    stack: Stack, replay: ReplayServer, search: SearchStandIn, tmp_path_factory: Any
) -> Iterator[str]:
    """The chat process, asking the stand-ins; impatient, so that tests of patience are short."""
    log = tmp_path_factory.mktemp("chat") / "chat.log"
    with chat_process(
        stack,
        log,
        PARLANCE_MODELS_URL=replay.url,
        PARLANCE_SEARCH_ADDRESS=search.address,
        PARLANCE_MODEL_FIRST_EVENT_TIMEOUT_S="4",
        PARLANCE_MODEL_NEXT_EVENT_TIMEOUT_S="1",
    ) as address:
        yield address
    said = log.read_text()
    assert "warranty" not in said.lower(), "messages or passages in the log"
    assert "secret" not in said.lower(), "what a model thinks, or an unreadable event, in the log"


@contextmanager
def chat_process(stack: Stack, log: Path, **variables: str) -> Iterator[str]:
    """`python -m services.assistants chat` on a free port."""
    address = f"127.0.0.1:{free_port()}"
    own = {**stack.environment, "PARLANCE_CHAT_ADDRESS": address, **variables}
    with process([sys.executable, "-m", "services.assistants", "chat"], log, own):
        yield address


@contextmanager
def process(
    command: list[str], log: Path, variables: dict[str, str], *, ready: str = ""
) -> Iterator[None]:
    """A process that is ready (by default its own probe says so); must end on SIGTERM."""
    probe = free_port()
    with log.open("ab") as output:
        running = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={
                **process_environment(),
                "PYTHONPATH": str(REPOSITORY),
                **variables,
                "PARLANCE_PROBE_PORT": str(probe),
            },
            stdout=output,
            stderr=output,
        )
    try:
        wait_ready(ready or f"http://127.0.0.1:{probe}/readyz", running, log)
        yield
    finally:
        running.terminate()
        try:
            status = running.wait(15)
        finally:
            running.kill()
    assert status in {0, -signal.SIGTERM}, log.read_text()[-3000:]


def wait_ready(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and running.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text()[-3000:])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def engine(stack: Stack) -> Iterator[Engine]:
    made = sync_engine(stack.environment["PARLANCE_ASSISTANTS_DATABASE_URL"], pool_size=5)
    yield made
    made.dispose()


@pytest.fixture
def user_id() -> int:
    """A user nobody else has."""
    return next(_users)


@pytest.fixture
def make_assistant(engine: Engine, user_id: int) -> Callable[..., Assistant]:
    """Make one of `user_id`, with these fields."""

    def make(*, knowledge_base: str | None = None, **fields: Any) -> Assistant:
        chosen = {"knowledge_base": UUID(knowledge_base)} if knowledge_base else {}
        return PostgresAssistants(engine, check=check_size).add(
            user_id=user_id, assistant_uuid=uuid4(), changes={**fields, **chosen}
        )

    return make


class Chat:
    """The chat process as the gateway calls it."""

    def __init__(self, stub: Any, user_id: int) -> None:
        self.stub = stub
        self.user_id = user_id

    def call(
        self,
        *said: str | tuple[str, str],
        assistant: Assistant | None = None,
        conversation: str = "",
        user_id: int | None = None,
        **fields: Any,
    ) -> Any:
        turns = [("user", each) if isinstance(each, str) else each for each in said]
        request = chat_pb2.AnswerRequest(
            user_id=user_id or self.user_id,
            assistant_uuid=str(assistant.assistant_uuid) if assistant else "",
            messages=[chat_pb2.Message(role=role, content=content) for role, content in turns],
            conversation_id=conversation,
            **fields,
        )
        return self.stub.Answer(request, timeout=30, metadata=[("x-request-id", "request-1")])

    async def ask(self, *said: str | tuple[str, str], **options: Any) -> "Told":
        return Told([event async for event in self.call(*said, **options)])


class Told:
    """All events of one answer."""

    def __init__(self, events: list[Any]) -> None:
        self.events = events
        self.kinds = [event.WhichOneof("event") for event in events]

    @property
    def text(self) -> str:
        return "".join(event.token.content for event in self.events)

    @property
    def citations(self) -> list[Any]:
        return [each for event in self.events for each in event.citations.citations]

    @property
    def done(self) -> Any:
        assert self.kinds[-1] == "done"
        return self.events[-1].done

    @property
    def error(self) -> str:
        return "".join(event.error.content for event in self.events)


@pytest.fixture
async def chat(
    chat_address: str, user_id: int, replay: ReplayServer, search: SearchStandIn
) -> AsyncIterator[Chat]:
    for memory in (replay.requests, replay.headers, replay.hung_up_at, search.requests):
        memory.clear()
    async with channel(chat_address) as opened:
        yield Chat(chat_pb2_grpc.ChatStub(opened), user_id)


@pytest.fixture
async def rpc(stack: Stack) -> AsyncIterator[RpcClient]:
    client = await RpcClient(
        stack.environment["PARLANCE_AMQP_URL"], name="gateway", timeout_s=8
    ).start()
    await client._is_open.wait()
    yield client
    await client.close()
