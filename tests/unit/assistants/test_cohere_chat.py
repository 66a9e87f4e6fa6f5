"""The cohere SDK behind the port, its transport in memory."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cohere import AsyncClientV2

from contracts.errors import InvalidRequest, TooLarge, Unavailable
from services.assistants.adapters import cohere_chat
from services.assistants.adapters.cohere_chat import CohereChatModel, Patience, body_of
from services.assistants.adapters.cohere_models import CohereModelCards
from services.assistants.domain.answer import Finished, ModelRequest, TextDelta
from services.assistants.domain.conversation import Turn
from services.assistants.domain.model_card import ModelCard
from services.assistants.domain.tools import ToolCall, ToolResult, ToolRound, ToolSpec
from services.assistants.wiring.rehearsal import rehearse
from tests.unit.assistants.fakes import a_passage

DELTA = {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "Hi"}}}}
END = {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}
STREAM = "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in (DELTA, END))
Answer = Callable[[httpx.Request], httpx.Response]


def a_request(**fields: Any) -> ModelRequest:
    values: dict[str, Any] = {
        "model": "m",
        "prompt": "Be kind.",
        "turns": (Turn("user", "Hello?"),),
        "passages": (),
        "temperature": 0.5,
        "max_tokens": 10,
        "top_p": 0.5,
        "frequency_penalty": 0.5,
        "json_mode": False,
    }
    return ModelRequest(**{**values, **fields})


def streamed(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, text=STREAM)


async def heard(answer: Answer, **fields: Any) -> list[Any]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        model = CohereChatModel(
            client=AsyncClientV2(api_key="", base_url="http://models", httpx_client=http),
            patience=Patience(first_event_s=5, next_event_s=5, total_s=5),
        )
        return [event async for event in model.stream(a_request(**fields))]


class Answers:
    """These in order, the last one for ever; an exception is raised."""

    def __init__(self, *answers: httpx.Response | Exception | Answer) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)


def refusal(status: int, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, json={"message": "because"})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohere_chat, "RETRY_AFTER_S", 0.001)


@pytest.mark.parametrize(
    "first",
    [
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("Server disconnected without sending a response."),
        refusal(429),
        refusal(503),
        refusal(429, Retry_After="0.01"),
    ],
)
async def test_opening_is_tried_once_more(first: httpx.Response | Exception) -> None:
    answers = Answers(first, streamed)

    assert await heard(answers) == [TextDelta("Hi"), Finished(reason="complete")]
    assert answers.asked == 2


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (httpx.ConnectError("refused"), 2),
        (refusal(503), 2),
        (refusal(429, Retry_After="3"), 1),
        (refusal(429, Retry_After="Fri, 31 Dec 2027 23:59:59 GMT"), 1),
        (refusal(500), 1),
        (refusal(401), 1),
        (httpx.ReadError("gone"), 2),
        (httpx.ReadTimeout("slow"), 1),
        (httpx.Response(200, headers={"content-type": "text/html"}, text="<p>"), 1),
        (httpx.Response(200, headers={"content-type": "text/event-stream"}, text=""), 1),
    ],
)
async def test_a_server_that_cannot_answer_is_unavailable(
    answer: httpx.Response | Exception, asked: int
) -> None:
    answers = Answers(answer)

    with pytest.raises(Unavailable, match="The model server is temporarily unavailable"):
        await heard(answers)
    assert answers.asked == asked


async def test_a_refusal_says_what_to_change() -> None:
    with pytest.raises(InvalidRequest, match="because"):
        await heard(Answers(refusal(400)))
    with pytest.raises(InvalidRequest) as caught:
        await heard(Answers(refusal(404)))
    with pytest.raises(TooLarge):
        await heard(Answers(refusal(413)))

    assert caught.value.fields == {"model_name": ['The model server has no model "m".']}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"temperature": 2, "top_p": 1, "frequency_penalty": 2}, (1.0, 0.99, 1.0)),
        ({"temperature": 0, "top_p": 0, "frequency_penalty": -2}, (0.0, 0.01, 0.0)),
        ({}, (0.5, 0.5, 0.5)),
    ],
)
def test_numbers_are_cut_to_coheres_range(given: dict[str, float], sent: tuple[float, ...]) -> None:
    body = body_of(a_request(**given))

    assert (body["temperature"], body["p"], body["frequency_penalty"]) == sent


def test_passages_are_documents_under_their_positions() -> None:
    body = body_of(
        a_request(passages=(a_passage("One."), a_passage("Two.", page=None, heading="H")))
    )

    assert body["documents"] == [
        {"id": "0", "data": {"title": "Warranty.pdf", "text": "One.", "page": "3"}},
        {"id": "1", "data": {"title": "Warranty.pdf", "text": "Two.", "section": "H"}},
    ]
    assert "documents" not in body_of(a_request())


def test_json_takes_passages_as_a_message() -> None:
    body = body_of(a_request(json_mode=True, passages=(a_passage("One."),)))

    assert body["response_format"] == {"type": "json_object"}
    assert "documents" not in body
    assert [message["role"] for message in body["messages"]] == ["system", "system", "user"]
    assert (
        '{"title": "Warranty.pdf", "text": "One.", "page": "3"}' in body["messages"][1]["content"]
    )


async def test_the_rehearsal_hears_a_whole_answer() -> None:
    assert await rehearse() == 3


ROUND = ToolRound(
    plan="I will look.",
    said="",
    calls=(
        ToolCall(id="c0", name="get_weather", arguments='{"city": "Oslo"}'),
        ToolCall(id="c1", name="search", arguments="{broken"),
    ),
    results=(
        ToolResult(call_id="c0", text="21 <|im_end|>"),
        ToolResult(call_id="c1", text="", documents=((3, a_passage("One.")),)),
    ),
)
WEATHER = ToolSpec(name="get_weather", description="Now.", parameters={"type": "object"})


def test_calls_and_their_results_go_back_in_coheres_shape() -> None:
    *_, calls, weather, search = body_of(a_request(rounds=(ROUND,), tools=(WEATHER,)))["messages"]

    assert (calls["role"], calls["tool_plan"]) == ("assistant", "I will look.")
    assert [each["function"]["arguments"] for each in calls["tool_calls"]] == [
        '{"city": "Oslo"}',
        "{}",
    ]
    assert (weather["role"], weather["tool_call_id"]) == ("tool", "c0")
    (content,) = weather["content"]
    assert content["document"]["data"] == {"result": "21 < |im_end| >"}
    (content,) = search["content"]
    assert (content["document"]["id"], content["document"]["data"]["text"]) == ("3", "One.")


@pytest.mark.parametrize(
    ("fields", "names", "choice"),
    [
        ({}, ["get_weather"], None),
        ({"may_call": False}, ["get_weather"], "NONE"),
        ({"may_call": False, "model": "command-r-08-2024"}, [], None),
        ({"tools": ()}, [], None),
    ],
)
def test_a_model_that_is_to_answer_now_is_told_so(
    fields: dict[str, Any], names: list[str], choice: str | None
) -> None:
    body = body_of(a_request(**{"tools": (WEATHER,), **fields}))

    assert [each["function"]["name"] for each in body.get("tools", [])] == names
    assert body.get("tool_choice") == choice


async def test_streamed_calls_are_put_together() -> None:
    def delta(kind: str, index: int, **calls: Any) -> dict[str, Any]:
        return {"type": kind, "index": index, "delta": {"message": {"tool_calls": calls}}}

    def start(index: int, **fields: Any) -> dict[str, Any]:
        return delta("tool-call-start", index, type="function", **fields)

    plan = {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": "I will "}}}
    events = [
        plan,
        plan,
        start(0, id="a", function={"name": "look", "arguments": ""}),
        delta("tool-call-delta", 0, function={"arguments": '{"q":'}),
        delta("tool-call-delta", 0, function={"arguments": " 1}"}),
        {"type": "tool-call-end", "index": 0},
        start(1, id="b", function={"name": "go", "arguments": "{}"}),
        {"type": "tool-call-end", "index": 1},
        {"type": "message-end", "delta": {"finish_reason": "TOOL_CALL"}},
    ]
    body = "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events)

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, text=body)

    *_, finished = await heard(answer, tools=(WEATHER,))

    assert (finished.reason, finished.plan) == ("tool_call", "I will I will ")
    assert finished.calls == (
        ToolCall(id="a", name="look", arguments='{"q": 1}'),
        ToolCall(id="b", name="go", arguments="{}"),
    )


@pytest.mark.parametrize(
    ("answer", "cards"),
    [
        (
            {
                "models": [
                    {"name": "m", "features": ["tools"], "context_length": 9_000},
                    {"name": "small", "features": ["citations"], "context_length": 4_096},
                    {"name": "private", "features": None, "context_length": None},
                ]
            },
            {"m": (9_000, True), "small": (4_096, False), "private": (128_000, True)},
        ),
        ({"message": "no such path"}, {"m": (128_000, True), "local-chat": (4_096, False)}),
    ],
)
async def test_models_are_known_as_their_server_tells_or_by_name(
    answer: dict[str, Any], cards: dict[str, tuple[int, bool]]
) -> None:
    status = 200 if "models" in answer else 404
    asked = Answers(httpx.Response(status, json=answer))
    async with httpx.AsyncClient(transport=httpx.MockTransport(asked)) as http:
        client = AsyncClientV2(api_key="", base_url="http://models", httpx_client=http)
        known = CohereModelCards(client, timeout_s=1)
        for name, (tokens, can_use_tools) in cards.items():
            assert await known.card(name) == ModelCard(
                context_tokens=tokens, can_use_tools=can_use_tools
            )
    assert asked.asked == 1


async def test_what_is_known_of_models_serves_while_the_server_is_asked_again() -> None:
    told = {"models": [{"name": "m", "features": [], "context_length": 9_000}]}
    answers = Answers(httpx.Response(200, json=told), httpx.ConnectError("away"))
    async with httpx.AsyncClient(transport=httpx.MockTransport(answers)) as http:
        known = CohereModelCards(
            AsyncClientV2(api_key="", base_url="http://models", httpx_client=http), timeout_s=1
        )
        first = await known.card("m")
        known._good_until = 0.0
        again = [await known.card("m") for _ in range(2)]
        await asyncio.sleep(0.05)
        again.append(await known.card("m"))

    assert again == [first] * 3
    assert answers.asked == 2
