"""The order of steps in an answer, and what is kept of it."""

import asyncio
from contextlib import aclosing
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import Conflict, InvalidRequest, NotFound, ServiceError, Unavailable
from services.assistants.domain.answer import (
    NOTHING_FOUND,
    Citations,
    Done,
    Failed,
    Finished,
    Question,
    TextDelta,
    Thinking,
    Thought,
    Token,
)
from services.assistants.domain.citation import CitedSpan
from services.assistants.domain.conversation import Turn
from services.assistants.usecases.answer_question import SEARCHING, WAITING, AnswerQuestion
from services.assistants.wiring.prompts import answer_prompt
from tests.unit.assistants.fakes import (
    HANDBOOK,
    MOMENT,
    FakeConversations,
    FakeModel,
    FakeSearch,
    a_passage,
    an_assistant,
    open_answer,
)

NEW, OLD = UUID(int=10), UUID(int=11)
SAID = [TextDelta("Two "), TextDelta("years."), Finished(reason="complete", output_tokens=2)]
AWAY = Unavailable.of("The model server")


class World:
    """A use case with its fakes."""

    def __init__(self, *events: Any, history: tuple[Turn, ...] = (), **fields: Any) -> None:
        self.conversations = FakeConversations(an_assistant(**fields), history)
        self.search = FakeSearch([a_passage()])
        self.model = FakeModel(list(events or SAID))
        self.answer = AnswerQuestion(
            conversations=self.conversations,
            open_answer=open_answer(self.search, self.model),
            default_model="some-model",
            progress_after_s=0.02,
            new_uuid=lambda: NEW,
        )

    def ask(self, *turns: Turn, conversation: UUID | None = None, **options: Any) -> Any:
        asked = turns or (Turn("user", "How long?"),)
        fields = {"assistant_uuid": None, "conversation_uuid": conversation, **options}
        return self.answer(Question(user_id=1, turns=asked, **fields))

    async def told(self, *turns: Turn, **options: Any) -> list[Any]:
        return [event async for event in self.ask(*turns, **options)]


async def test_tells_token_by_token_then_citations_then_done() -> None:
    cited = CitedSpan(start=0, end=9, text="Two years", passages=(0,))
    world = World(*SAID[:2], cited, SAID[2], knowledge_base=HANDBOOK)

    first, *tokens, citations, done = await world.told()

    assert first == SEARCHING
    assert tokens == [Token("Two "), Token("years.")]
    assert isinstance(citations, Citations)
    assert citations.citations[0].passage == a_passage()
    assert done == Done(
        finish_reason="complete",
        input_tokens=0,
        output_tokens=2,
        conversation_uuid=NEW,
        model="some-model",
        message_id=1,
    )
    assert world.model.closed == 1


async def test_without_a_knowledge_base_nothing_is_searched_or_announced() -> None:
    world = World()

    assert [type(event) for event in await world.told()] == [Token, Token, Done]
    assert world.search.queries == []


async def test_keeps_the_new_turns_and_the_answer() -> None:
    history = (Turn("user", "Hello"), Turn("assistant", "Hi"))
    world = World(history=history)

    await world.told(*history, Turn("user", "How long?"), conversation=OLD)

    (kept,) = world.conversations.kept
    assert kept.turns == (Turn("user", "How long?"),)
    assert (kept.text, kept.finish_reason) == ("Two years.", "complete")
    assert (kept.conversation_uuid, kept.is_new) == (OLD, False)
    assert world.model.requests[0].turns == (*history, Turn("user", "How long?"))


async def test_the_models_settings_are_the_assistants() -> None:
    world = World(model_name="big", temperature=1.5, max_tokens=7, json_mode=True)

    await world.told()

    (request,) = world.model.requests
    assert (request.model, request.temperature, request.max_tokens) == ("big", 1.5, 7)
    assert request.json_mode
    assert request.prompt == answer_prompt()(world.conversations.assistant)


async def test_an_archived_assistant_refuses() -> None:
    world = World(archived_at=MOMENT)

    with pytest.raises(Conflict, match="This assistant is archived"):
        await world.told()
    assert world.model.requests == []


async def test_what_is_no_question_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        await World().told(Turn("assistant", "Hi"))


@pytest.mark.parametrize(
    "events", [[AWAY], [Finished(reason="error", error="x")], [InvalidRequest("too long")]]
)
async def test_a_failure_before_the_first_word_is_raised_and_nothing_is_kept(
    events: list[Any],
) -> None:
    world = World(*events, knowledge_base=HANDBOOK)

    with pytest.raises(ServiceError):
        await world.told()
    assert world.conversations.kept == []


async def test_a_search_that_is_away_is_raised() -> None:
    world = World(knowledge_base=HANDBOOK)
    world.search.error = Unavailable.of("Search")

    with pytest.raises(Unavailable, match="Search"):
        await world.told()
    assert world.model.requests == []


@pytest.mark.parametrize(
    ("event", "detail"),
    [(AWAY, "The model server is temporarily unavailable."), (None, "The model broke off.")],
)
async def test_a_failure_after_the_first_word_is_told_and_what_was_said_is_kept(
    event: Exception | None, detail: str
) -> None:
    world = World(SAID[0], event or Finished(reason="error", error="The model broke off."))

    *_, failed, done = await world.told()

    assert failed == Failed(detail)
    assert (done.finish_reason, done.conversation_uuid) == ("error", NEW)
    (kept,) = world.conversations.kept
    assert (kept.text, kept.finish_reason) == ("Two ", "error")


@pytest.mark.parametrize(("base", "progress"), [(HANDBOOK, SEARCHING), (None, WAITING)])
async def test_a_slow_model_shows_progress_and_then_cannot_fail_with_a_status(
    base: UUID | None, progress: Thinking
) -> None:
    slow = asyncio.Event()
    world = World(slow, AWAY, knowledge_base=base)

    async with aclosing(world.ask(conversation=OLD)) as events:
        first = await anext(events)
        slow.set()
        rest = [event async for event in events]

    assert first == progress
    assert [type(event) for event in rest] == [Failed, Done]
    assert (rest[1].finish_reason, rest[1].conversation_uuid) == ("error", OLD)
    assert world.conversations.kept == []


async def test_a_thought_is_announced() -> None:
    assert (await World(Thought("Thinking"), *SAID).told())[0] == Thinking("Thinking")


async def test_hanging_up_closes_the_model_and_keeps_what_was_said() -> None:
    world = World(SAID[0], asyncio.Event())

    async with aclosing(world.ask()) as events:
        assert await anext(events) == Token("Two ")
    await world.answer.settle()

    assert world.model.closed == 1
    (kept,) = world.conversations.kept
    assert (kept.text, kept.finish_reason) == ("Two ", "cancelled")


async def test_cancelling_while_the_model_is_silent_closes_it() -> None:
    world = World(SAID[0], asyncio.Event())

    async def listen() -> None:
        async with aclosing(world.ask()) as events:
            async for _ in events:
                pass

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.01)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    await world.answer.settle()

    assert world.model.closed == 1
    assert world.conversations.kept[0].text == "Two "


async def test_cancelling_before_the_first_word_closes_the_model_and_keeps_nothing() -> None:
    world = World(asyncio.Event())

    listening = asyncio.create_task(world.told())
    await asyncio.sleep(0.005)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening

    assert world.model.closed == 1
    assert world.conversations.kept == []


async def test_hanging_up_while_the_answer_is_kept_does_not_lose_it() -> None:
    world = World()
    world.conversations.may_keep = asyncio.Event()

    listening = asyncio.create_task(world.told())
    await asyncio.sleep(0.01)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    world.conversations.may_keep.set()
    await world.answer.settle()

    assert world.conversations.kept[0].finish_reason == "complete"


async def test_an_answer_that_cannot_be_kept_is_told_without_a_conversation() -> None:
    world = World()
    world.conversations.error = RuntimeError("no disk")

    assert (await world.told())[-1].conversation_uuid is None


@pytest.mark.parametrize("error", [None, NotFound(what="knowledge_base")])
async def test_the_quoting_model_is_not_asked_when_nothing_was_found(
    error: NotFound | None,
) -> None:
    world = World(knowledge_base=HANDBOOK, model_name="local-extractive")
    world.search.found, world.search.error = [], error

    _, token, done = await world.told()

    assert token == Token(NOTHING_FOUND)
    assert done.finish_reason == "complete"
    assert world.model.requests == []


@pytest.mark.parametrize(
    ("model_name", "quoted"), [("local-extractive", ["Two years."]), ("some-model", None)]
)
async def test_the_summary_of_a_table_is_not_quoted(
    model_name: str, quoted: list[str] | None
) -> None:
    world = World(model_name=model_name, knowledge_base=HANDBOOK)
    summary = a_passage("4 Age 40000 non-null integer", kind="data_excel")
    world.search.found = [summary, a_passage()]

    await world.told()

    (request,) = world.model.requests
    wanted = quoted or [summary.text, "Two years."]
    assert [passage.text for passage in request.passages] == wanted


async def test_another_model_is_asked_also_when_nothing_was_found() -> None:
    world = World(knowledge_base=HANDBOOK)
    world.search.found = []

    await world.told()

    assert world.model.requests[0].passages == ()


async def test_json_names_the_passages_it_was_given() -> None:
    world = World(TextDelta("{}"), SAID[2], knowledge_base=HANDBOOK, json_mode=True)

    *_, citations, _ = await world.told()

    assert [each.passage for each in citations.citations] == [a_passage()]


async def test_the_model_gets_no_more_of_the_passages_than_it_may() -> None:
    world = World(knowledge_base=HANDBOOK)
    world.search.found = [a_passage(letter * 2_000) for letter in "abcd"]
    await world.told()

    (request,) = world.model.requests
    assert [each.text for each in request.passages] == ["a" * 2_000, "b" * 2_000, "c" * 1_000]


async def test_a_rehearsal_answers_with_its_own_configuration_and_leaves_nothing() -> None:
    world = World(model_name="stored", id=7)
    tried = an_assistant(model_name="tried", max_tokens=3, id=99)

    *_, done = await world.told(
        configuration=tried, is_rehearsal=True, assistant_uuid=tried.assistant_uuid
    )

    assert (world.model.requests[0].model, world.model.requests[0].max_tokens) == ("tried", 3)
    assert (done.conversation_uuid, done.message_id) == (None, 0)
    assert world.conversations.kept == []


async def test_a_rehearsal_within_a_conversation_names_none() -> None:
    world = World(history=(Turn("user", "Hello"), Turn("assistant", "Hi")))

    *_, done = await world.told(conversation=OLD, is_rehearsal=True)

    assert done.conversation_uuid is None
    assert len(world.model.requests[0].turns) == 3


async def test_a_configuration_is_refused_for_another_assistant() -> None:
    with pytest.raises(InvalidRequest) as caught:
        await World().told(configuration=an_assistant(), assistant_uuid=UUID(int=8))

    assert "configuration" in caught.value.fields
