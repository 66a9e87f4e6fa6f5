"""The chat adapter against a gRPC server in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest
from grpc import aio

from chassis.grpc_wire import channel, end_with_status, request_id_of
from chassis.logs import request_bound
from contracts.errors import NotFound, Unavailable
from protos.assistants.v1 import chat_pb2, chat_pb2_grpc
from services.gateway.adapters.chat import ChatStream
from services.gateway.entrypoints.http.chat_lines import LINE

Answer = Callable[[Any, Any], AsyncIterator[Any]]
Event = chat_pb2.AnswerEvent
TOKEN = Event(token=chat_pb2.Token(content="Hi"))
DONE = Event(
    done=chat_pb2.Done(
        finish_reason="complete", input_tokens=3, output_tokens=1, conversation_id="c", model="m"
    )
)


class Servicer(chat_pb2_grpc.ChatServicer):
    """Answers as the test says; notes what it was asked and whether the caller left."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[Any] = []
        self.request_ids: list[str | None] = []
        self.was_cancelled = asyncio.Event()

    async def Answer(self, request: Any, context: Any) -> AsyncIterator[Any]:  # noqa: N802
        self.requests.append(request)
        self.request_ids.append(request_id_of(context))
        try:
            async for event in self.answer(request, context):
                yield event
        except asyncio.CancelledError:
            self.was_cancelled.set()
            raise


@pytest.fixture
async def serve() -> AsyncIterator[Any]:
    closing: list[Any] = []

    async def start(answer: Answer, timeout_s: float = 5) -> tuple[Servicer, ChatStream]:
        servicer, server = Servicer(answer), aio.server()
        chat_pb2_grpc.add_ChatServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        client = channel(f"127.0.0.1:{port}")
        closing.extend([client.close, lambda: server.stop(None)])
        return servicer, ChatStream(client, timeout_s=timeout_s)

    yield start
    for close in closing:
        await close()


async def lines_of(chat: ChatStream) -> list[Any]:
    answer = chat.answer(
        user_id=7, assistant_uuid=None, conversation_id=None, messages=[("user", "?")]
    )
    return [line async for line in answer]


async def test_every_kind_of_event_becomes_its_line(serve: Any) -> None:
    bare = chat_pb2.Citation(document_id=5, document_name="a.pdf", kind="file", text="x", score=0.5)
    full = chat_pb2.Citation(
        document_id=6, kind="link", url="http://x", page=2, chunk=3, start=0, end=4, heading="H"
    )

    async def answer(_request: Any, _context: Any) -> AsyncIterator[Any]:
        yield Event(thinking=chat_pb2.Thinking(description="Searching"))
        yield TOKEN
        yield Event(citations=chat_pb2.Citations(citations=[bare, full]))
        yield Event(error=chat_pb2.Error(content="oh"))
        yield DONE

    _, chat = await serve(answer)
    lines = await lines_of(chat)

    for line in lines:
        LINE.validate_python(line)
    assert [line["type"] for line in lines] == ["thinking", "token", "citations", "error", "done"]
    first, second = lines[2]["data"]
    assert (first["page"], first["start"], first["end"], first["url"]) == (None, None, None, None)
    assert (second["page"], second["start"], second["end"], second["chunk"]) == (2, 0, 4, 3)
    assert lines[-1] == {
        "type": "done",
        "usage": {"input_tokens": 3, "output_tokens": 1},
        "finish_reason": "complete",
        "conversation_id": "c",
        "message_id": None,
        "model": "m",
    }


async def test_rows_charts_and_tools_become_lines_of_the_contract(serve: Any) -> None:
    async def answer(_request: Any, _context: Any) -> AsyncIterator[Any]:
        yield Event(thinking=chat_pb2.Thinking(description="Asking", tool="query_data"))
        yield Event(
            table_data=chat_pb2.TableData(
                title="Sales", columns=["year", "n"], rows="[[2024,null]]", total_rows=9
            )
        )
        yield Event(
            graph_data=chat_pb2.GraphData(
                title="Sales", x_coordinates=["2024"], y_coordinates=[1.5], kind="line"
            )
        )
        yield Event(done=chat_pb2.Done(finish_reason="complete", message_id=12))

    _, chat = await serve(answer)
    lines = await lines_of(chat)

    thinking, table, graph, done = [LINE.validate_python(line) for line in lines]
    assert (thinking.tool, done.message_id) == ("query_data", 12)
    assert (table.data.columns, table.data.rows) == (["year", "n"], [[2024, None]])
    assert table.data.total_rows == 9
    assert (graph.data.x_coordinates, graph.data.y_coordinates) == (["2024"], [1.5])


async def test_the_question_and_the_request_id_arrive(serve: Any) -> None:
    async def answer(_request: Any, _context: Any) -> AsyncIterator[Any]:
        yield DONE

    servicer, chat = await serve(answer)
    assistant, conversation = uuid4(), uuid4()
    with request_bound("abc"):
        async for _ in chat.answer(
            user_id=7,
            assistant_uuid=assistant,
            conversation_id=conversation,
            messages=[("user", "?"), ("assistant", "!")],
        ):
            pass

    request = servicer.requests[0]
    assert (request.user_id, request.assistant_uuid, request.conversation_id) == (
        7,
        str(assistant),
        str(conversation),
    )
    assert [(each.role, each.content) for each in request.messages] == [
        ("user", "?"),
        ("assistant", "!"),
    ]
    assert servicer.request_ids == ["abc"]


async def test_an_error_before_the_first_event_is_the_services_own(serve: Any) -> None:
    async def answer(_request: Any, context: Any) -> AsyncIterator[Any]:
        await end_with_status(context, NotFound(what="assistant"))
        yield TOKEN

    _, chat = await serve(answer)
    with pytest.raises(NotFound) as caught:
        await lines_of(chat)
    assert caught.value.extra["what"] == "assistant"


async def test_a_service_that_is_away_is_unavailable() -> None:
    nobody = channel("127.0.0.1:1")
    with pytest.raises(Unavailable, match="Chat is temporarily unavailable"):
        await lines_of(ChatStream(nobody, timeout_s=5))
    await nobody.close()


@pytest.mark.parametrize("ending", ["error", "silence", "deadline"])
async def test_an_interruption_is_an_error_line_and_then_done(serve: Any, ending: str) -> None:
    async def answer(_request: Any, context: Any) -> AsyncIterator[Any]:
        yield TOKEN
        if ending == "error":
            await end_with_status(context, Unavailable.of("The model server"))
        if ending == "deadline":
            await asyncio.sleep(5)

    _, chat = await serve(answer, timeout_s=0.3 if ending == "deadline" else 5)
    lines = await lines_of(chat)

    assert [line["type"] for line in lines] == ["token", "error", "done"]
    assert lines[-1]["finish_reason"] == "error"


async def test_closing_the_answer_cancels_the_call(serve: Any) -> None:
    async def answer(_request: Any, _context: Any) -> AsyncIterator[Any]:
        yield TOKEN
        await asyncio.sleep(60)

    servicer, chat = await serve(answer)
    stream = chat.answer(
        user_id=7, assistant_uuid=None, conversation_id=None, messages=[("user", "?")]
    )
    assert (await anext(stream))["type"] == "token"
    await stream.aclose()
    await asyncio.wait_for(servicer.was_cancelled.wait(), 1)
