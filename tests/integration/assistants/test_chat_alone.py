"""Chat where nobody answers behind it, and its way out."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from grpc import aio

from chassis.grpc_wire import channel
from contracts.rpc.assistants.configurations import Assistant
from local.stack import Stack
from protos.assistants.v1 import chat_pb2_grpc

from .conftest import Chat, chat_process, free_port
from .search_stand_in import FULL

Make = Callable[..., Assistant]


@pytest.fixture(scope="module")
def address(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A chat process that starts although neither the search nor the model server is there."""
    log: Path = tmp_path_factory.mktemp("chat") / "chat.log"
    with chat_process(
        stack,
        log,
        PARLANCE_MODELS_URL=f"http://127.0.0.1:{free_port()}",
        PARLANCE_SEARCH_ADDRESS=f"127.0.0.1:{free_port()}",
    ) as opened:
        yield opened


@pytest.fixture
async def alone(address: str, user_id: int) -> AsyncIterator[Chat]:
    async with channel(address) as opened:
        yield Chat(chat_pb2_grpc.ChatStub(opened), user_id)


@pytest.mark.parametrize(
    ("knowledge_base", "detail"),
    [
        (FULL, "Search is temporarily unavailable."),
        (None, "The model server is temporarily unavailable."),
    ],
)
async def test_who_is_away_is_named_in_a_status_before_anybody_waits_long(
    alone: Chat, make_assistant: Make, knowledge_base: str | None, detail: str
) -> None:
    assistant = make_assistant(knowledge_base=knowledge_base)
    started = time.monotonic()

    with pytest.raises(aio.AioRpcError) as caught:
        await alone.ask("Hello?", assistant=assistant)

    assert (caught.value.code().name, caught.value.details()) == ("UNAVAILABLE", detail)
    assert time.monotonic() - started < 2
