"""The loop of a model that calls tools: its bounds, what goes back to it, what the caller is told."""

import asyncio
import json
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import Unavailable
from services.assistants.domain.answer import (
    Citations,
    Done,
    Failed,
    Finished,
    ModelEvent,
    ModelRequest,
    Question,
    TextDelta,
    Thinking,
    Token,
)
from services.assistants.domain.citation import CitedSpan
from services.assistants.domain.conversation import Turn
from services.assistants.domain.tool_use import ToolLimits
from services.assistants.domain.tools import TableData, ToolCall, ToolOutcome
from services.assistants.usecases.answer_question import AnswerQuestion
from services.assistants.usecases.search_again import KnowledgeTools
from services.assistants.usecases.use_tools import NO_ANSWER
from tests.unit.assistants.fakes import (
    HANDBOOK,
    LIMITS,
    FakeConversations,
    FakeSearch,
    FakeTool,
    ScriptedModel,
    a_passage,
    an_assistant,
    open_answer,
)

OSLO = '{"city": "Oslo"}'
WARM = [TextDelta("Warm."), Finished(reason="complete", input_tokens=10, output_tokens=2)]
TABLE = TableData(title="Sales", columns=("n",), rows=((1,),), total_rows=1)


def calls(*asked: tuple[str, str], said: str = "", plan: str = "") -> list[ModelEvent]:
    made = tuple(
        ToolCall(id=f"c{place}", name=name, arguments=arguments)
        for place, (name, arguments) in enumerate(asked)
    )
    last = Finished(reason="tool_call", calls=made, plan=plan, input_tokens=5, output_tokens=1)
    return [*([TextDelta(said)] if said else []), last]


def once(*asked: tuple[str, str], **options: str) -> Any:
    """Calls tools first, and answers with their results."""
    return lambda request: WARM if request.rounds else calls(*asked, **options)


class World:
    """The use case with scripted models and fake tools."""

    def __init__(
        self, says: Any, *tools: FakeTool, limits: ToolLimits = LIMITS, **fields: Any
    ) -> None:
        self.model = ScriptedModel(says)
        self.search = FakeSearch([a_passage()])
        self.conversations = FakeConversations(an_assistant(**{"model_name": "big", **fields}))
        self.answer = AnswerQuestion(
            conversations=self.conversations,
            open_answer=open_answer(
                self.search,
                self.model,
                *tools,
                limits=limits,
                built_in=(KnowledgeTools(self.search),),
            ),
            default_model="big",
            progress_after_s=1,
            new_uuid=lambda: UUID(int=10),
        )

    def ask(self, *turns: Turn) -> Any:
        asked = turns or (Turn("user", "How is the weather in Oslo?"),)
        question = Question(user_id=1, assistant_uuid=None, conversation_uuid=None, turns=asked)
        return self.answer(question)

    async def told(self, *turns: Turn) -> list[Any]:
        return [event async for event in self.ask(*turns)]

    def results(self, number: int = -1) -> list[Any]:
        """What the last request tells of the calls before it."""
        return [json.loads(each.text) for each in self.model.requests[-1].rounds[number].results]


async def test_a_call_is_made_and_its_result_answers() -> None:
    weather = FakeTool(outcome=ToolOutcome(text='{"degrees": 21}', shown=(TABLE,)))
    world = World(once(("get_weather", OSLO), plan="I will look."), weather)

    told = await world.told()

    assert told[:3] == [
        Thinking("Calling get_weather", tool="get_weather"),
        TABLE,
        Token("Warm."),
    ]
    assert weather.called == [{"city": "Oslo"}]
    first, second = world.model.requests
    assert [spec.name for spec in first.tools] == ["get_weather"]
    assert (first.guide, first.rounds) == ("Use tools.", ())
    (done,) = second.rounds
    assert (done.plan, done.calls[0].arguments) == ("I will look.", OSLO)
    assert (done.results[0].call_id, world.results()) == ("c0", [{"degrees": 21}])
    (kept,) = world.conversations.kept
    assert kept.text == "Warm."
    assert (kept.input_tokens, kept.output_tokens) == (15, 3)


async def test_figures_of_no_result_are_named_behind_the_answer() -> None:
    table = replace(TABLE, rows=((1234.5,),))
    query = FakeTool(outcome=ToolOutcome(text='{"rows": [[1234.5]]}', shown=(table,)))
    end = Finished(reason="complete")
    said = [TextDelta("Sales are 1,234.50, or 4,711 in all."), end]
    world = World(lambda r: said if r.rounds else calls(("get_weather", OSLO)), query)

    await world.told()

    (kept,) = world.conversations.kept
    assert kept.text.endswith("Note: 4,711 is in no result of the queries behind this answer.")
    assert kept.finish_reason == "complete"


async def test_calls_of_one_round_run_at_the_same_time() -> None:
    both = asyncio.Barrier(2)

    class Meets(FakeTool):
        async def __call__(self, arguments: dict[str, Any]) -> ToolOutcome:
            await both.wait()
            return ToolOutcome(text="{}")

    asked = once(("a", "{}"), ("b", "{}"))
    async with asyncio.timeout(5):
        *_, done = await World(asked, Meets("a"), Meets("b")).told()

    assert done.finish_reason == "complete"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("get_weather", '{"city": '), "not JSON"),
        (("get_weather", "[1]"), "must be a JSON object"),
        (("get_weather", "[" * 60_000), "not JSON"),
        (("get_weather", f'{{"a": "{"x" * 70_000}"}}'), "more than 65536"),
        (("fly", "{}"), "no such tool. There are: get_weather."),
    ],
)
async def test_a_call_that_cannot_be_made_is_told_to_the_model(
    call: tuple[str, str], told: str
) -> None:
    weather = FakeTool()
    world = World(once(call), weather)

    events = await world.told()

    assert told in world.results()[0]["error"]
    assert weather.called == []
    assert all(not each.tool for each in events if isinstance(each, Thinking))
    assert events[-1].finish_reason == "complete"


async def test_a_tool_that_breaks_its_promise_is_told_to_the_model() -> None:
    world = World(once(("get_weather", OSLO)), FakeTool(outcome=ZeroDivisionError("secret")))

    *_, done = await world.told()

    assert world.results() == [{"error": "The tool failed."}]
    assert done.finish_reason == "complete"


async def test_a_slow_tool_is_ended_and_told_to_the_model() -> None:
    slow = FakeTool(outcome=asyncio.Event())
    limits = replace(LIMITS, call_s=0.02)
    world = World(once(("get_weather", OSLO)), slow, limits=limits)

    *_, done = await world.told()

    assert world.results() == [{"error": "The tool did not answer within 0.02 seconds."}]
    assert (slow.cancelled, done.finish_reason) == (1, "complete")


async def test_all_tools_together_have_a_time_and_then_the_model_answers() -> None:
    slow = FakeTool(outcome=asyncio.Event())
    limits = replace(LIMITS, total_s=0.05, rounds=20)
    asked = iter(range(100))

    def says(request: ModelRequest) -> list[ModelEvent]:
        return (
            calls(("get_weather", f"[{next(asked)}]"), ("get_weather", OSLO))
            if (request.may_call)
            else WARM
        )

    world = World(says, slow, limits=limits)

    *_, done = await world.told()

    assert (slow.cancelled, len(world.model.requests)) == (1, 2)
    assert done.finish_reason == "complete"


async def test_hanging_up_ends_the_tool() -> None:
    slow = FakeTool(outcome=asyncio.Event())
    world = World(once(("get_weather", OSLO)), slow)

    with suppress(TimeoutError):
        async with asyncio.timeout(0.05), aclosing(world.ask()) as events:
            async for _ in events:
                pass

    assert (slow.cancelled, len(world.model.requests)) == (1, 1)


async def test_the_same_call_again_is_not_made_and_a_third_time_ends_tools() -> None:
    spaced = '{ "city":"Oslo" }'
    said = iter([OSLO, spaced, OSLO])
    weather = FakeTool()
    world = World(
        lambda request: calls(("get_weather", next(said))) if request.may_call else WARM, weather
    )

    *_, done = await world.told()

    assert len(weather.called) == 1
    assert [each.may_call for each in world.model.requests] == [True, True, True, False]
    assert "made before" in world.results(1)[0]["error"]
    assert done.finish_reason == "complete"


async def test_a_model_that_loops_with_new_arguments_is_stopped_by_rounds() -> None:
    said = iter(range(100))
    weather = FakeTool()
    world = World(lambda _: calls(("get_weather", f'{{"day": {next(said)}}}')), weather)

    told = await world.told()

    assert len(weather.called) == LIMITS.rounds
    assert told[-2:] == [
        Failed(NO_ANSWER),
        Done(
            finish_reason="error",
            input_tokens=25,
            output_tokens=5,
            conversation_uuid=None,
            model="big",
        ),
    ]


async def test_more_calls_at_once_than_allowed_are_left_out() -> None:
    weather = FakeTool()
    many = [("get_weather", f'{{"day": {day}}}') for day in range(5)]
    world = World(once(*many), weather)

    await world.told()

    assert len(weather.called) == LIMITS.calls_per_round
    assert "too many calls" in world.results()[4]["error"]


async def test_a_long_result_is_shortened_for_the_model() -> None:
    world = World(once(("get_weather", OSLO)), FakeTool(outcome=ToolOutcome(text="x" * 300)))

    await world.told()

    (result,) = world.model.requests[-1].rounds[0].results
    assert result.text == "x" * LIMITS.result_characters + "… (shortened)"


async def test_passages_found_again_are_cited_behind_those_there_were() -> None:
    def says(request: ModelRequest) -> list[ModelEvent]:
        if not request.rounds:
            said = "Let me see."
            return calls(("search_knowledge_base", '{"query": "parts"}'), said=said)
        cited = CitedSpan(start=0, end=9, text="One year.", passages=(1,))
        return [TextDelta("One year."), cited, Finished(reason="complete")]

    world = World(says, knowledge_base=HANDBOOK)
    found = [a_passage(), a_passage("One year.", chunk=7)]
    searches = iter([[a_passage()], found])

    async def passages(*, user_id: int, knowledge_base: UUID, query: str) -> list[Any]:
        world.search.queries.append(query)
        return next(searches)

    world.search.passages = passages  # type: ignore[method-assign]
    told = await world.told()

    assert world.search.queries[1:] == ["parts"]
    (result,) = world.model.requests[-1].rounds[0].results
    assert [position for position, _ in result.documents] == [0, 1]
    assert world.conversations.kept[0].text == "Let me see.\n\nOne year."
    (citations,) = [each for each in told if isinstance(each, Citations)]
    (citation,) = citations.citations
    assert (citation.passage.chunk, citation.start, citation.end) == (7, 13, 22)


@pytest.mark.parametrize("arguments", ["{}", '{"query": " "}', '{"query": 3}'])
async def test_a_search_for_nothing_is_told_to_the_model(arguments: str) -> None:
    world = World(once(("search_knowledge_base", arguments)), knowledge_base=HANDBOOK)

    await world.told()

    assert "query" in world.results()[0]["error"]
    assert len(world.search.queries) == 1


async def test_a_search_that_is_away_is_told_to_the_model() -> None:
    def says(request: ModelRequest) -> list[ModelEvent]:
        world.search.error = Unavailable.of("Search")
        return WARM if request.rounds else calls(("search_knowledge_base", '{"query": "x"}'))

    world = World(says, knowledge_base=HANDBOOK)

    *_, done = await world.told()

    assert "Search" in world.results()[0]["error"]
    assert done.finish_reason == "complete"


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({}, ["get_weather"]),
        ({"knowledge_base": HANDBOOK}, ["get_weather", "search_knowledge_base"]),
        ({"knowledge_base": HANDBOOK, "auto_tool_choice": False}, ["get_weather"]),
        ({"json_mode": True}, []),
        ({"model_name": "local-chat"}, []),
    ],
)
async def test_which_tools_are_offered(fields: dict[str, Any], offered: list[str]) -> None:
    world = World(lambda _: WARM, FakeTool(), **fields)

    await world.told()

    (request,) = world.model.requests
    assert [spec.name for spec in request.tools] == offered


async def test_a_model_away_after_a_call_breaks_the_answer_off() -> None:
    def says(request: ModelRequest) -> list[ModelEvent]:
        if request.rounds:
            raise Unavailable.of("The model server")
        return calls(("get_weather", OSLO))

    told = await World(says, FakeTool()).told()

    assert isinstance(told[-2], Failed)
    assert told[-1].finish_reason == "error"
