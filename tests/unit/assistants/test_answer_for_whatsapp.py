"""Whole answers for WhatsApp, over a chat that is a script."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import Conflict, InvalidRequest, Unavailable
from services.assistants.domain.answer import AnswerEvent, Done, Failed, Question, Thinking, Token
from services.assistants.domain.conversation import Turn
from services.assistants.usecases.answer_for_whatsapp import AnswerForWhatsApp

QUESTION = Question(
    user_id=1, assistant_uuid=None, conversation_uuid=None, turns=(Turn("user", "How long?"),)
)
DONE = Done(
    finish_reason="complete",
    input_tokens=1,
    output_tokens=1,
    conversation_uuid=UUID(int=7),
    model="m",
    message_id=8,
)


def answering(*events: AnswerEvent | Exception) -> AnswerForWhatsApp:
    async def answer(_question: Question) -> AsyncGenerator[AnswerEvent, None]:
        for event in events:
            if isinstance(event, Exception):
                raise event
            yield event

    script: Any = answer
    return AnswerForWhatsApp(answer_question=script)


async def test_the_whole_answer_comes_formatted_with_where_it_is_stored() -> None:
    ask = answering(Thinking("Searching"), Token("**Two"), Token(" years**"), DONE)
    assert await ask(QUESTION, at_most=1) == (("*Two years*",), DONE)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((Conflict("This assistant is archived."),), Conflict),
        ((Token("Two"), Failed("The model server is away."), DONE), Unavailable),
        ((DONE,), Unavailable),
    ],
)
async def test_half_an_answer_is_none(events: Any, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        await answering(*events)(QUESTION, at_most=1)


async def test_messages_are_at_least_one_and_few() -> None:
    for at_most in (0, 6):
        with pytest.raises(InvalidRequest):
            await answering(Token("x"), DONE)(QUESTION, at_most=at_most)
