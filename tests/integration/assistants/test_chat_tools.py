"""Models that call tools, through the real chat process and Cohere's wire."""

import json
import time
from collections.abc import Callable

from contracts.rpc.assistants.configurations import Assistant

from .conftest import Chat
from .replay import ReplayServer
from .search_stand_in import FULL, TEXTS, SearchStandIn
from .test_chat import until

Make = Callable[..., Assistant]
ROUNDS = 6  # by default


async def test_a_model_searches_again_and_cites_what_it_found(
    chat: Chat, make_assistant: Make, replay: ReplayServer, search: SearchStandIn
) -> None:
    assistant = make_assistant(model_name="searches-again", knowledge_base=FULL)

    told = await chat.ask("Parts?", assistant=assistant)

    assert told.text == "It is there."
    called = [each.thinking.tool for each in told.events if each.thinking.tool]
    assert called == ["search_knowledge_base"]
    assert [each.query for each in search.requests] == ["Parts?", "spare parts"]
    assert (told.citations[0].document_id, told.citations[0].text) == (42, TEXTS[2])
    assert (told.done.finish_reason, told.done.input_tokens) == ("complete", 200)
    first, second = replay.requests
    assert [each["function"]["name"] for each in first["tools"]] == ["search_knowledge_base"]
    assert [each["role"] for each in second["messages"][-2:]] == ["assistant", "tool"]
    assert second["messages"][-2]["tool_calls"][0]["function"]["arguments"] == (
        '{"query": "spare parts"}'
    )


async def test_a_looping_model_is_stopped(
    chat: Chat, make_assistant: Make, replay: ReplayServer
) -> None:
    told = await chat.ask(
        "Parts?", assistant=make_assistant(model_name="loops", knowledge_base=FULL)
    )

    assert len(replay.requests) == ROUNDS + 1
    assert replay.requests[-1]["tool_choice"] == "NONE"
    assert told.error == "The model kept asking for tools and gave no answer."
    assert told.done.finish_reason == "error"


async def test_a_model_that_repeats_itself_has_to_answer(
    chat: Chat, make_assistant: Make, search: SearchStandIn
) -> None:
    told = await chat.ask(
        "Parts?", assistant=make_assistant(model_name="repeats", knowledge_base=FULL)
    )

    assert told.text == "Enough."
    assert [each.query for each in search.requests] == ["Parts?", "the same"]


async def test_arguments_that_are_no_json_are_told_to_the_model(
    chat: Chat, make_assistant: Make
) -> None:
    told = await chat.ask(
        "Parts?", assistant=make_assistant(model_name="breaks-json", knowledge_base=FULL)
    )

    assert "not JSON" in json.loads(told.text)["result"]


async def test_hanging_up_ends_the_tool(
    chat: Chat, make_assistant: Make, search: SearchStandIn
) -> None:
    before = search.cancelled
    call = chat.call("Parts?", assistant=make_assistant(model_name="hangs", knowledge_base=FULL))
    while (await call.read()).thinking.tool != "search_knowledge_base":
        pass
    await until(lambda: len(search.requests) == 2, within_s=2)

    hung_up_at = time.monotonic()
    call.cancel()

    await until(lambda: search.cancelled > before, within_s=1)
    assert time.monotonic() - hung_up_at < 1
