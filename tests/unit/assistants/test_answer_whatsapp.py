"""The worker's use case, over a queue, a chat and a Graph API that are scripts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from contracts.errors import Conflict, InvalidRequest, NotFound, Unavailable
from services.assistants.adapters.graph_api import HttpGraph
from services.assistants.domain import whatsapp_reply as reply
from services.assistants.domain.whatsapp_reply import GraphBusy, GraphRefused, Line, Waiting
from services.assistants.usecases.answer_whatsapp import AnswerWhatsApp, NotNow

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OLD, NEW = UUID(int=1), UUID(int=2)
LINE = Line(
    channel_id=1,
    user_id=7,
    assistant_uuid=UUID(int=3),
    phone_number_id="106",
    access_token="EAAGsecret",
)


def waiting(number: int = 1, **fields: Any) -> Waiting:
    usual = {
        "id": number,
        "line": LINE,
        "sender": "4917012345",
        "conversation_uuid": OLD,
        "wamid": f"wamid.{number}",
        "kind": "question",
        "text": f"question {number}",
        "written_at": NOW,
        "received_at": NOW,
        "answers": None,
        "sent": 0,
        "tries": 0,
    }
    return Waiting(**{**usual, **fields})


@dataclass
class Queue:
    """Keeps the messages by id; `ended` says how each ended."""

    messages: dict[int, Waiting]
    is_alone: bool = True
    ended: dict[int, str] = field(default_factory=dict)

    @contextmanager
    def alone(self, _sender_id: int) -> Iterator[bool]:
        yield self.is_alone

    def next(self, _sender_id: int) -> Waiting | None:
        return next((m for i, m in sorted(self.messages.items()) if i not in self.ended), None)

    def answered(
        self, message_id: int, answers: Sequence[str], conversation_uuid: UUID | None
    ) -> None:
        for key, each in self.messages.items():
            self.messages[key] = replace(each, conversation_uuid=conversation_uuid)
        changed = replace(self.messages[message_id], answers=tuple(answers))
        self.messages[message_id] = changed

    def sent(self, message_id: int, _wamid: str) -> None:
        message = self.messages[message_id]
        self.messages[message_id] = replace(message, sent=message.sent + 1)

    def done(self, message_id: int) -> None:
        self.ended[message_id] = "sent"

    def wait(self, message_id: int, reason: str) -> None:
        assert reason

    def fail(self, message_id: int, reason: str) -> None:
        self.ended[message_id] = reason


@dataclass
class Chat:
    """Answers "A of <question>" in the conversation NEW; `failures` come first."""

    failures: list[Exception] = field(default_factory=list)
    asked: list[tuple[str, UUID | None]] = field(default_factory=list)
    parts: int = 1

    def ask(
        self, _line: Line, text: str, *, conversation_uuid: UUID | None
    ) -> tuple[tuple[str, ...], UUID | None]:
        self.asked.append((text, conversation_uuid))
        if self.failures:
            raise self.failures.pop(0)
        return tuple(f"A{part} of {text}" for part in range(self.parts)), NEW


@dataclass
class FakeGraph:
    """Sends, after `failures`."""

    failures: list[Exception | None] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def send(self, _line: Line, *, to: str, text: str) -> str:
        assert to == "4917012345"
        if self.failures and (failure := self.failures.pop(0)):
            raise failure
        self.sent.append(text)
        return f"wamid.out.{len(self.sent)}"

    def mark_read(self, _line: Line, wamid: str) -> None:
        self.read.append(wamid)


def worker(*messages: Waiting, **parts: Any) -> tuple[AnswerWhatsApp, Queue, Chat, FakeGraph]:
    queue = parts.get("queue") or Queue({each.id: each for each in messages})
    chat, graph = parts.get("chat") or Chat(), parts.get("graph") or FakeGraph()
    return (
        AnswerWhatsApp(queue=queue, answers=chat, graph=graph, now=lambda: NOW),
        queue,
        chat,
        graph,
    )


def test_messages_are_answered_in_order_in_one_conversation() -> None:
    answer, queue, chat, graph = worker(waiting(1), waiting(2))
    answer(1)
    assert graph.sent == ["A0 of question 1", "A0 of question 2"]
    assert chat.asked == [("question 1", OLD), ("question 2", NEW)]
    assert graph.read == ["wamid.1", "wamid.2"]
    assert queue.ended == {1: "sent", 2: "sent"}


def test_a_try_again_sends_only_what_has_not_gone() -> None:
    graph = FakeGraph(failures=[None, GraphBusy("429")])
    answer, queue, chat, _ = worker(waiting(), chat=Chat(parts=3), graph=graph)
    with pytest.raises(NotNow):
        answer(1)
    assert graph.sent == ["A0 of question 1"]
    answer(1)
    assert graph.sent == ["A0 of question 1", "A1 of question 1", "A2 of question 1"]
    assert len(chat.asked) == 1  # the answer is made once
    assert queue.ended == {1: "sent"}


def test_what_graph_refuses_is_recorded_and_the_next_one_is_answered() -> None:
    graph = FakeGraph(failures=[GraphRefused("WhatsApp answered 401: expired")])
    answer, queue, _, _ = worker(waiting(1), waiting(2), graph=graph)
    answer(1)
    assert queue.ended == {1: "WhatsApp answered 401: expired", 2: "sent"}


def test_a_deleted_conversation_begins_anew() -> None:
    chat = Chat(failures=[NotFound(what="conversation")])
    answer, queue, _, _ = worker(waiting(), chat=chat)
    answer(1)
    assert chat.asked == [("question 1", OLD), ("question 1", None)]
    assert queue.ended == {1: "sent"}


@pytest.mark.parametrize(
    ("fields", "failure", "expected"),
    [
        ({"kind": "unsupported"}, None, reply.UNSUPPORTED),
        ({"kind": "too_many"}, None, reply.TOO_MANY),
        ({}, Conflict("archived"), reply.ARCHIVED),
        ({}, InvalidRequest("no"), reply.CANNOT),
        ({"received_at": NOW - timedelta(minutes=11)}, Unavailable(), reply.AWAY),
    ],
)
def test_where_there_is_no_answer_something_polite_is_said(
    fields: dict[str, Any], failure: Exception | None, expected: str
) -> None:
    chat = Chat(failures=[failure] if failure else [])
    answer, _, _, graph = worker(waiting(**fields), chat=chat)
    answer(1)
    assert graph.sent == [expected]


def test_a_chat_that_is_away_is_waited_for() -> None:
    answer, queue, _, graph = worker(waiting(), chat=Chat(failures=[Unavailable()]))
    with pytest.raises(NotNow):
        answer(1)
    assert (graph.sent, queue.ended) == ([], {})


@pytest.mark.parametrize(
    "fields",
    [{"line": None}, {"written_at": NOW - timedelta(hours=24)}, {"tries": reply.MOST_CRASHES + 1}],
)
def test_what_is_hopeless_is_given_up(fields: dict[str, Any]) -> None:
    answer, queue, chat, graph = worker(waiting(**fields))
    answer(1)
    assert queue.ended[1]
    assert (chat.asked, graph.sent) == ([], [])


def test_two_processes_never_answer_one_sender() -> None:
    queue = Queue({1: waiting()}, is_alone=False)
    answer, _, _, graph = worker(queue=queue)
    with pytest.raises(NotNow):
        answer(1)
    assert graph.sent == []


def graph_over(status: int, body: Any) -> HttpGraph:
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, json=body))
    return HttpGraph(httpx.Client(transport=transport), "https://graph.example/v23.0", 5)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (429, None, GraphBusy),
        (500, None, GraphBusy),
        (400, 130429, GraphBusy),
        (400, 131056, GraphBusy),
        (401, 190, GraphRefused),
        (400, 131047, GraphRefused),
        (400, None, GraphRefused),
        (500, 3, GraphRefused),
        (302, None, GraphRefused),
    ],
)
def test_graphs_refusals_are_told_apart(
    status: int, code: int | None, expected: type[Exception]
) -> None:
    body = {"error": {"message": "Malformed access token EAAGsecret", "code": code}}
    with pytest.raises(expected) as raised:
        graph_over(status, body).send(LINE, to="49", text="x")
    assert "EAAGsecret" not in str(raised.value)
    assert "********" in str(raised.value)


def test_a_text_is_sent_as_the_cloud_api_has_it() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"messages": [{"id": "wamid.out"}]})

    graph = HttpGraph(
        httpx.Client(transport=httpx.MockTransport(answer)), "https://graph.example/v23.0/", 5
    )
    assert graph.send(LINE, to="4917012345", text="*Two*") == "wamid.out"
    graph.mark_read(LINE, "wamid.in")
    assert str(seen[0].url) == "https://graph.example/v23.0/106/messages"
    assert seen[0].headers["authorization"] == "Bearer EAAGsecret"
    assert b'"body":"*Two*"' in seen[0].content
    assert b'"status":"read"' in seen[1].content
    assert "EAAGsecret" not in repr(LINE)
