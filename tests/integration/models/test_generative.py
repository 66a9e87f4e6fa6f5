"""The cohere SDK drives a small generative model: grounded, free, JSON, limits, hang-ups, queue."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import aclosing

import cohere
import httpx
import pytest

from tests.integration.models.conftest import need_weights, serving
from tests.integration.models.test_server import DOCUMENTS, ask

MODEL = "smollm2-135m"


@pytest.fixture(scope="module")
def generative_url() -> Iterator[str]:
    need_weights("all-minilm-l6-v2")
    need_weights(MODEL)
    with serving(generative=MODEL, slots="1", queue_limit="1") as url:
        yield url


@pytest.fixture
def client(generative_url: str) -> Iterator[cohere.ClientV2]:
    with httpx.Client(timeout=60) as transport:
        yield cohere.ClientV2(
            api_key="unused", base_url=generative_url, httpx_client=transport, max_retries=0
        )


def test_a_grounded_answer_is_generated_and_counted(client: cohere.ClientV2) -> None:
    events = list(
        client.chat_stream(
            model="local-chat", messages=ask("When was Voyager 1 launched?"), documents=DOCUMENTS
        )
    )
    text = "".join(e.delta.message.content.text for e in events if e.type == "content-delta")
    assert "1977" in text
    usage = events[-1].delta.usage.tokens
    assert usage.input_tokens > 20
    assert usage.output_tokens > 3


def test_the_gate_stands_before_the_model(client: cohere.ClientV2) -> None:
    answer = client.chat(
        model=MODEL, messages=ask("Who was the first king of Norway?"), documents=DOCUMENTS
    )
    assert "do not contain" in answer.message.content[0].text


def test_a_json_schema_is_kept(client: cohere.ClientV2) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": 12}, "age": {"type": "integer"}},
        "required": ["name", "age"],
        "additionalProperties": False,
    }
    answer = client.chat(
        model="local-chat",
        messages=ask("A person as JSON, please."),
        response_format={"type": "json_object", "json_schema": schema},
        max_tokens=100,
    )
    assert set(json.loads(answer.message.content[0].text)) == {"name", "age"}


def test_limits_end_a_generation(client: cohere.ClientV2) -> None:
    cut = client.chat(model="local-chat", messages=ask("Tell a long story."), max_tokens=5)
    assert cut.finish_reason == "MAX_TOKENS"
    assert cut.usage.tokens.output_tokens == 5
    stopped = client.chat(
        model="local-chat",
        messages=ask("Tell a long story."),
        max_tokens=100,
        stop_sequences=[" "],
        seed=1,
    )
    assert stopped.finish_reason == "STOP_SEQUENCE"
    assert " " not in stopped.message.content[0].text


def test_a_prompt_that_does_not_fit_is_a_400(client: cohere.ClientV2) -> None:
    with pytest.raises(cohere.BadRequestError):
        client.chat(model="local-chat", messages=ask("many words " * 9000))


def test_tools_are_refused(client: cohere.ClientV2) -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    with pytest.raises(cohere.BadRequestError, match="tools"):
        client.chat(model="local-chat", messages=ask("x"), tools=[tool])


async def test_a_full_queue_is_a_429_and_a_hang_up_frees_the_slot(generative_url: str) -> None:
    body = {"model": "local-chat", "messages": ask("Tell a very long story."), "max_tokens": 3500}
    async with httpx.AsyncClient(base_url=generative_url, timeout=60) as http:
        speaking = asyncio.Event()

        async def talk() -> None:
            async with http.stream("POST", "/v2/chat", json=body | {"stream": True}) as answer:
                async for _ in answer.aiter_lines():
                    speaking.set()

        talking = [asyncio.create_task(talk())]
        await asyncio.wait_for(speaking.wait(), 30)
        talking.append(asyncio.create_task(talk()))
        await asyncio.sleep(1.0)  # until it waits in the queue
        refused = await http.post("/v2/chat", json=body)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)
        await asyncio.sleep(0.5)
        started = time.monotonic()
        answer = await http.post("/v2/chat", json=body | {"max_tokens": 3})
        assert answer.status_code == 200
        assert time.monotonic() - started < 15


async def test_the_async_client_may_stop_a_generation(generative_url: str) -> None:
    async with httpx.AsyncClient(timeout=60) as transport:
        client = cohere.AsyncClientV2(api_key="u", base_url=generative_url, httpx_client=transport)
        stream = client.chat_stream(model="local-chat", messages=ask("Count to a thousand."))
        async with aclosing(stream) as events:
            async for event in events:
                if event.type == "content-delta":
                    break
        started = time.monotonic()
        await client.chat(model="local-chat", messages=ask("Hi"), max_tokens=2)
        assert time.monotonic() - started < 15


async def test_a_whole_answer_stops_when_its_client_hangs_up(generative_url: str) -> None:
    body = {"model": "local-chat", "messages": ask("Tell a very long story."), "max_tokens": 3500}
    async with httpx.AsyncClient(base_url=generative_url) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/v2/chat", json=body, timeout=0.7)
        await asyncio.sleep(0.5)
        started = time.monotonic()
        await http.post("/v2/chat", json=body | {"max_tokens": 2}, timeout=30)
        assert time.monotonic() - started < 15
        assert "parlance_models_hang_ups_total 0.0" not in (await http.get("/metrics")).text
