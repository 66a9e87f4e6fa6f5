"""Chat against recorded streams: the real cohere SDK, gRPC, PostgreSQL."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from grpc import aio
from sqlalchemy import Engine, select

from contracts.rpc.assistants.configurations import Assistant
from services.assistants.adapters.tables import assistants, conversations, messages
from services.assistants.domain.answer import NOTHING_FOUND

from .conftest import Chat
from .replay import ReplayServer
from .search_stand_in import AWAY, EMPTY, FULL, GONE, SLOW, TEXTS, SearchStandIn

Make = Callable[..., Assistant]


def kept(engine: Engine, conversation: str) -> list[tuple[str, str]]:
    statement = (
        select(messages.c.role, messages.c.content)
        .join(conversations)
        .where(conversations.c.conversation_uuid == conversation)
        .order_by(messages.c.id)
    )
    with engine.connect() as connection:
        return [(role, content) for role, content in connection.execute(statement)]


def kept_of(engine: Engine, user_id: int) -> list[Any]:
    statement = (
        select(messages.c.role, messages.c.content, messages.c.finish_reason)
        .join(conversations)
        .where(conversations.c.user_id == user_id)
        .order_by(messages.c.id)
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(statement)]


async def until(condition: Callable[[], Any], *, within_s: float) -> Any:
    deadline = time.monotonic() + within_s
    while not (found := condition()):
        assert time.monotonic() < deadline, "not in time"
        await asyncio.sleep(0.01)
    return found


async def test_an_answer_streams_and_cites_the_passages_it_rests_on(
    chat: Chat, make_assistant: Make, engine: Engine
) -> None:
    assistant = make_assistant(model_name="cited", knowledge_base=FULL)

    told = await chat.ask("How long is the warranty?", assistant=assistant)

    assert told.kinds == ["thinking", *["token"] * 11, "citations", "done"]
    assert told.text == "The warranty lasts two years. We open on Sundays."
    assert [(each.document_id, each.chunk) for each in told.citations] == [
        (40, 0),
        (41, 1),
        (42, 2),
    ]
    assert [told.text[each.start : each.end] for each in told.citations] == [
        "two years",
        "two years",
        "open on Sundays",
    ]
    first, second, third = told.citations
    assert (first.page, first.heading, first.text) == (3, "Terms > Warranty", TEXTS[0])
    assert not second.HasField("page")
    assert (third.url, round(third.score, 3)) == ("https://example.org", 0.7)
    assert (told.done.finish_reason, told.done.model) == ("complete", "cited")
    assert (told.done.input_tokens, told.done.output_tokens) == (120, 24)
    assert kept(engine, told.done.conversation_id) == [
        ("user", "How long is the warranty?"),
        ("assistant", told.text),
    ]


async def test_the_model_gets_the_prompt_the_passages_and_numbers_in_its_range(
    chat: Chat, make_assistant: Make, replay: ReplayServer, search: SearchStandIn
) -> None:
    assistant = make_assistant(
        model_name="cited",
        knowledge_base=FULL,
        goal="Sell.",
        temperature=1.7,
        top_p=1.0,
        frequency_penalty=-1.5,
        max_tokens=77,
        auto_tool_choice=False,
    )

    await chat.ask("How long is the warranty?", assistant=assistant)

    body = replay.requests[0]
    assert body["stream"] is True
    assert "Sell." in body["messages"][0]["content"]
    assert body["messages"][1:] == [{"role": "user", "content": "How long is the warranty?"}]
    assert body["documents"][0] == {
        "id": "0",
        "data": {
            "title": "document 0.pdf",
            "text": TEXTS[0],
            "section": "Terms > Warranty",
            "page": "3",
        },
    }
    numbers = (body["temperature"], body["p"], body["frequency_penalty"], body["max_tokens"])
    assert numbers == (1.0, 0.99, 0.0, 77)
    assert replay.headers[0]["x-request-id"] == "request-1"
    assert search.request_ids[-1] == "request-1"
    assert (search.requests[0].user_id, search.requests[0].query) == (
        chat.user_id,
        "How long is the warranty?",
    )


async def test_thoughts_are_announced_not_told_and_positions_count_in_the_whole_answer(
    chat: Chat, make_assistant: Make
) -> None:
    told = await chat.ask(
        "Warranty?", assistant=make_assistant(model_name="thinking", knowledge_base=FULL)
    )

    assert told.text == "Two years. Sundays too."
    assert [event.thinking.description for event in told.events[:2]] == [
        "Searching the knowledge base",
        "Thinking",
    ]
    assert [told.text[each.start : each.end] for each in told.citations] == ["Two years", "Sundays"]


@pytest.mark.parametrize(
    ("recorded", "text", "reason", "error"),
    [
        ("max_tokens", "The warranty lasts", "max_tokens", ""),
        ("stop_sequence", "Two.", "stop_sequence", ""),
        ("error_later", "The warranty", "error", "The model broke off."),
        (
            "without_an_end",
            "The warranty lasts",
            "error",
            "The model server is temporarily unavailable.",
        ),
        (
            "breaks-the-connection",
            "The warranty",
            "error",
            "The model server is temporarily unavailable.",
        ),
        ("falls-silent", "The warranty", "error", "The model server is temporarily unavailable."),
        ("strange", "Two years.", "complete", ""),
    ],
)
async def test_an_answer_ends_as_the_model_ended_it(
    chat: Chat, make_assistant: Make, recorded: str, text: str, reason: str, error: str
) -> None:
    told = await chat.ask("Warranty?", assistant=make_assistant(model_name=recorded))

    assert (told.text, told.done.finish_reason, told.error) == (text, reason, error)
    assert told.done.conversation_id


async def test_one_connection_serves_answer_after_answer(
    chat: Chat, make_assistant: Make, replay: ReplayServer
) -> None:
    assistant = make_assistant(model_name="cited")
    await chat.ask("Warranty?", assistant=assistant)
    before = replay.connections

    for _ in range(3):
        await chat.ask("Warranty?", assistant=assistant)

    assert replay.connections == before


async def test_a_tool_that_nobody_offered_ends_the_answer(chat: Chat, make_assistant: Make) -> None:
    told = await chat.ask("Warranty?", assistant=make_assistant(model_name="tool_call"))

    assert told.kinds == ["thinking", "error", "done"]
    assert told.error == "The model asked for a tool that this assistant does not have."


@pytest.mark.parametrize(
    ("model", "knowledge_base", "status", "detail"),
    [
        ("error_at_once", None, "UNAVAILABLE", "The model server is temporarily unavailable."),
        ("busy-for-long", None, "UNAVAILABLE", "The model server is temporarily unavailable."),
        ("loading-for-ever", None, "UNAVAILABLE", "The model server is temporarily unavailable."),
        ("wrong-key", None, "UNAVAILABLE", "The model server is temporarily unavailable."),
        ("fails", None, "UNAVAILABLE", "The model server is temporarily unavailable."),
        ("unknown", None, "INVALID_ARGUMENT", "Invalid input."),
        ("refuses", None, "INVALID_ARGUMENT", "too many tokens: size limit exceeded"),
        ("cited", AWAY, "UNAVAILABLE", "The vector store is temporarily unavailable."),
    ],
)
async def test_what_fails_before_the_first_word_is_a_status(
    chat: Chat,
    make_assistant: Make,
    engine: Engine,
    model: str,
    knowledge_base: str | None,
    status: str,
    detail: str,
) -> None:
    assistant = make_assistant(model_name=model, knowledge_base=knowledge_base)

    with pytest.raises(aio.AioRpcError) as caught:
        await chat.ask("Warranty?", assistant=assistant)

    assert (caught.value.code().name, caught.value.details()) == (status, detail)
    assert kept_of(engine, chat.user_id) == []


@pytest.mark.parametrize("model", ["busy-once", "loading-once"])
async def test_a_busy_model_server_is_asked_once_more(
    chat: Chat, make_assistant: Make, replay: ReplayServer, model: str
) -> None:
    told = await chat.ask("Warranty?", assistant=make_assistant(model_name=model))

    assert told.done.finish_reason == "complete"
    assert len(replay.requests) == 2


async def test_a_model_that_never_answers_shows_progress_and_then_an_error(
    chat: Chat, make_assistant: Make, replay: ReplayServer
) -> None:
    told = await chat.ask("Warranty?", assistant=make_assistant(model_name="never-answers"))

    assert told.kinds == ["thinking", "error", "done"]
    assert told.done.finish_reason == "error"
    assert await until(lambda: replay.hung_up_at, within_s=1)


async def test_hanging_up_stops_the_model_call_and_keeps_what_was_said(
    chat: Chat, make_assistant: Make, replay: ReplayServer, engine: Engine
) -> None:
    call = chat.call("Warranty?", assistant=make_assistant(model_name="talks-for-ever"))
    for _ in range(5):
        await call.read()

    hung_up_at = time.monotonic()
    call.cancel()

    seen_at = (await until(lambda: replay.hung_up_at, within_s=1))[0]
    assert seen_at - hung_up_at < 1
    question, answer = await until(lambda: kept_of(engine, chat.user_id), within_s=1)
    assert question == ("user", "Warranty?", None)
    assert answer[1].startswith("word word word")
    assert answer[2] == "cancelled"


async def test_hanging_up_before_the_first_word_stops_the_model_call(
    chat: Chat, make_assistant: Make, replay: ReplayServer, engine: Engine
) -> None:
    call = chat.call("Warranty?", assistant=make_assistant(model_name="never-answers"))
    reading = asyncio.create_task(call.read())
    await until(lambda: replay.requests, within_s=2)

    call.cancel()

    await until(lambda: replay.hung_up_at, within_s=1)
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert kept_of(engine, chat.user_id) == []


async def test_hanging_up_stops_the_search(
    chat: Chat, make_assistant: Make, search: SearchStandIn
) -> None:
    call = chat.call("Warranty?", assistant=make_assistant(model_name="cited", knowledge_base=SLOW))
    reading = asyncio.create_task(call.read())
    await until(lambda: search.requests, within_s=2)

    call.cancel()

    await until(lambda: search.cancelled, within_s=1)
    with pytest.raises(asyncio.CancelledError):
        await reading


@pytest.mark.parametrize("knowledge_base", [EMPTY, GONE])
async def test_nothing_found_is_asked_without_documents(
    chat: Chat, make_assistant: Make, replay: ReplayServer, knowledge_base: str
) -> None:
    told = await chat.ask(
        "Warranty?", assistant=make_assistant(model_name="cited", knowledge_base=knowledge_base)
    )

    assert told.citations == []
    assert "documents" not in replay.requests[0]
    assert (
        "say that the documents do not contain it" in replay.requests[0]["messages"][0]["content"]
    )


async def test_the_quoting_model_says_that_nothing_was_found(
    chat: Chat, make_assistant: Make, replay: ReplayServer
) -> None:
    told = await chat.ask("Warranty?", assistant=make_assistant(knowledge_base=EMPTY))

    assert (told.text, told.done.model) == (NOTHING_FOUND, "local-extractive")
    assert replay.requests == []


async def test_json_comes_without_documents_and_names_its_passages_without_places(
    chat: Chat, make_assistant: Make, replay: ReplayServer
) -> None:
    assistant = make_assistant(model_name="json", json_mode=True, knowledge_base=FULL)

    told = await chat.ask("Warranty?", assistant=assistant)

    body = replay.requests[0]
    assert told.text == '{"years": 2}'
    assert body["response_format"] == {"type": "json_object"}
    assert "documents" not in body
    assert TEXTS[0] in body["messages"][1]["content"]
    assert [each.document_id for each in told.citations] == [40, 41, 42]
    assert not told.citations[0].HasField("start")


async def test_a_conversation_goes_on_where_it_stopped(
    chat: Chat, make_assistant: Make, replay: ReplayServer, engine: Engine
) -> None:
    assistant = make_assistant(model_name="stop_sequence")
    first = await chat.ask("How long is the warranty?", assistant=assistant)

    second = await chat.ask("And for parts?", conversation=first.done.conversation_id)
    whole = [
        ("user", "How long is the warranty?"),
        ("assistant", "Two."),
        ("user", "And for parts?"),
    ]
    whole.append(("assistant", "Two."))
    third = await chat.ask(
        *whole, "Thanks?", assistant=assistant, conversation=first.done.conversation_id
    )

    assert {second.done.conversation_id, third.done.conversation_id} == {first.done.conversation_id}
    sent = [(turn["role"], turn["content"]) for turn in replay.requests[1]["messages"][1:]]
    assert sent == whole[:3]
    sent = [(turn["role"], turn["content"]) for turn in replay.requests[2]["messages"][1:]]
    assert sent == [*whole, ("user", "Thanks?")]
    assert kept(engine, first.done.conversation_id) == [*sent, ("assistant", "Two.")]


async def test_what_is_not_the_users_is_not_found(
    chat: Chat, make_assistant: Make, replay: ReplayServer
) -> None:
    assistant = make_assistant(model_name="stop_sequence")
    mine = await chat.ask("Hello?", assistant=assistant)

    for options in (
        {"assistant": assistant, "user_id": 9},
        {"conversation": mine.done.conversation_id, "user_id": 9},
    ):
        with pytest.raises(aio.AioRpcError) as caught:
            await chat.ask("Hello?", **options)
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert len(replay.requests) == 1


async def test_an_archived_assistant_refuses(
    chat: Chat, make_assistant: Make, replay: ReplayServer
) -> None:
    assistant = make_assistant(archived_at=datetime.now(UTC))
    with pytest.raises(aio.AioRpcError) as caught:
        await chat.ask("Hello?", assistant=assistant)

    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert caught.value.details() == "This assistant is archived."
    assert replay.requests == []


async def test_the_default_assistant_is_made_once_however_many_ask_at_once(
    chat: Chat, engine: Engine
) -> None:
    answers = await asyncio.gather(*(chat.ask("Hello?") for _ in range(8)))

    assert {answer.done.finish_reason for answer in answers} == {"complete"}
    mine = select(assistants).where(assistants.c.user_id == chat.user_id)
    with engine.connect() as connection:
        (made,) = connection.execute(mine).all()
    assert (made.is_default, made.assistant_name) == (True, "SupportGPT")


@pytest.mark.parametrize(
    "said",
    [
        (),
        (" ",),
        (("assistant", "Hi"),),
        (("robot", "Hi"),),
        ("Hi\x00",),
        ("x" * 100_001,),
        tuple("a" for _ in range(201)),
    ],
)
async def test_messages_that_make_no_question_are_refused(
    chat: Chat, said: tuple[str, ...]
) -> None:
    with pytest.raises(aio.AioRpcError) as caught:
        await chat.ask(*said)

    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_answers_in_one_conversation_at_the_same_time_keep_question_and_answer_together(
    chat: Chat, make_assistant: Make, engine: Engine
) -> None:
    assistant = make_assistant(model_name="stop_sequence")
    conversation = (await chat.ask("Question 0?", assistant=assistant)).done.conversation_id

    answers = await asyncio.gather(
        *(
            chat.ask(f"Question {n}?", assistant=assistant, conversation=conversation)
            for n in range(1, 13)
        )
    )

    assert {told.done.conversation_id for told in answers} == {conversation}
    turns = kept(engine, conversation)
    assert len(turns) == 26
    asked, said = turns[::2], turns[1::2]
    assert {role for role, _ in asked} == {"user"}
    assert sorted(content for _, content in asked) == sorted(f"Question {n}?" for n in range(13))
    assert set(said) == {("assistant", "Two.")}
    following = await chat.ask("And now?", assistant=assistant, conversation=conversation)
    assert following.done.finish_reason == "stop_sequence"


async def test_the_stored_answer_has_its_number(
    chat: Chat, make_assistant: Make, engine: Engine
) -> None:
    told = await chat.ask("Warranty?", assistant=make_assistant(model_name="cited"))

    wanted = select(messages.c.role, messages.c.content).where(
        messages.c.id == told.done.message_id
    )
    with engine.connect() as connection:
        stored = connection.execute(wanted).one()
    assert tuple(stored) == ("assistant", told.text)


async def test_a_rehearsal_answers_with_what_it_brings_and_leaves_nothing(
    chat: Chat, make_assistant: Make, replay: ReplayServer, engine: Engine
) -> None:
    assistant = make_assistant(model_name="unknown")
    tried = assistant.model_copy(update={"model_name": "cited", "goal": "Try this."})
    brought = {"configuration": tried.model_dump_json(), "is_rehearsal": True}

    told = await chat.ask("Warranty?", assistant=assistant, **brought)

    assert "Try this." in replay.requests[0]["messages"][0]["content"]
    assert (told.done.conversation_id, told.done.message_id) == ("", 0)
    assert kept_of(engine, chat.user_id) == []


async def test_a_configuration_gives_no_access_to_an_assistant_of_others(
    chat: Chat, make_assistant: Make
) -> None:
    assistant = make_assistant(model_name="cited")
    brought = {"configuration": assistant.model_dump_json(), "is_rehearsal": True}

    with pytest.raises(aio.AioRpcError) as caught:
        await chat.ask("Warranty?", assistant=assistant, user_id=chat.user_id + 500_000, **brought)

    assert caught.value.code().name == "NOT_FOUND"
