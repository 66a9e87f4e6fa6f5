"""Endpoint 1: lines as they come, errors before and after the first one, and hanging up."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from contracts.errors import Conflict, NotFound, ServiceError, Unavailable
from services.gateway.entrypoints.http.app import Gateway
from services.gateway.entrypoints.http.chat_lines import LINE
from tests.unit.gateway.conftest import Behind, json_of
from tests.unit.gateway.fakes import MINE

PATH = "/api/analytics/stream/"
ASK = {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "?"}]}


def lines_of(response: httpx.Response) -> list[Any]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


async def test_an_answer_is_json_lines_that_nobody_buffers(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    response = await me.post(PATH, json=ASK)

    assert lines_of(response) == behind.chat.lines
    assert "Zwei Jahre – ja" in response.content.decode()
    assert response.headers["Content-Type"] == "application/x-ndjson"
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert "Content-Length" not in response.headers
    assert behind.chat.asked == [
        {
            "user_id": 7,
            "assistant_uuid": None,
            "conversation_id": None,
            "messages": [("system", "Be brief."), ("user", "?")],
        }
    ]
    assert behind.chat.closed.is_set()


@pytest.mark.parametrize("name", ["assistant_uuid", "model_uuid"])
async def test_an_assistant_and_a_conversation_may_be_chosen(
    me: httpx.AsyncClient, behind: Behind, name: str
) -> None:
    lines_of(await me.post(PATH, json={**ASK, name: str(MINE), "conversation_id": str(MINE)}))

    assert behind.chat.asked[0]["assistant_uuid"] == MINE
    assert behind.chat.asked[0]["conversation_id"] == MINE


@pytest.mark.parametrize(
    ("failure", "status", "body"),
    [
        (Unavailable.of("Chat"), 503, {"detail": "Chat is temporarily unavailable."}),
        (Conflict("This assistant is archived."), 409, {"detail": "This assistant is archived."}),
        (NotFound(what="assistant"), 400, {"assistant_uuid": ["Object does not exist."]}),
        (NotFound(what="conversation"), 400, {"conversation_id": ["Object does not exist."]}),
        (NotFound(), 404, {"detail": "Not found."}),
    ],
)
async def test_what_fails_before_the_first_line_is_an_http_error(
    me: httpx.AsyncClient, behind: Behind, failure: ServiceError, status: int, body: Any
) -> None:
    behind.chat.lines = [failure]
    response = await me.post(PATH, json={**ASK, "assistant_uuid": str(MINE)})

    assert json_of(response, status) == body
    assert behind.chat.closed.is_set()


async def ask_by_hand(app: Gateway, *, lines_before_hanging_up: int) -> list[dict[str, Any]]:
    """Ask through ASGI and hang up after so many lines; 0: before anything was answered."""
    sent: list[dict[str, Any]] = []
    hang_up = asyncio.Event()
    if not lines_before_hanging_up:
        asyncio.get_running_loop().call_later(0.05, hang_up.set)
    incoming = [{"type": "http.request", "body": json.dumps(ASK).encode(), "more_body": False}]

    async def receive() -> dict[str, Any]:
        if incoming:
            return incoming.pop()
        await hang_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if sum(bool(each.get("body")) for each in sent) == lines_before_hanging_up:
            hang_up.set()

    headers = {
        "authorization": "Bearer good",
        "content-type": "application/json",
        "content-length": "100",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await asyncio.wait_for(app(scope, receive, send), 1)  # type: ignore[arg-type]
    return sent


@pytest.mark.parametrize("line_count", [0, 1])
async def test_hanging_up_ends_the_call_at_once(
    app: Gateway, behind: Behind, line_count: int
) -> None:
    behind.chat.lines = ["pause"] if line_count == 0 else [behind.chat.lines[0], "pause"]
    sent = await ask_by_hand(app, lines_before_hanging_up=line_count)

    assert behind.chat.closed.is_set()
    assert len(sent) == (2 if line_count else 0)


async def test_hanging_up_after_the_last_line_disturbs_nothing(
    app: Gateway, behind: Behind
) -> None:
    sent = await ask_by_hand(app, lines_before_hanging_up=3)

    assert [each["type"] for each in sent] == [
        "http.response.start",
        *["http.response.body"] * 3,
    ]


def test_documented_lines_are_those_of_the_contract() -> None:
    for line in (
        {"type": "token", "content": "x"},
        {"type": "thinking", "description": "Searching"},
        {"type": "error", "content": "x"},
        {"type": "done", "usage": {}, "finish_reason": "complete"},
    ):
        LINE.validate_python(line)
