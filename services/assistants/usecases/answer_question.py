"""Answer a question in a stream: tell what the model says, and keep it.

Until the first event the caller gets errors as a status, from then on as an event. So the first
event waits for the model's first word, or for `progress_after_s` when that takes longer: a part
that is away is known by then, and a part that is slow shows that something is going on.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from uuid import UUID

import structlog

from contracts.errors import Conflict, InvalidRequest, ServiceError
from services.assistants.domain.answer import (
    Answer,
    AnswerEvent,
    Citations,
    Failed,
    Finished,
    Question,
    Thinking,
)
from services.assistants.domain.conversation import OpenedConversation, check_turns
from services.assistants.ports import Conversations
from services.assistants.usecases.open_answer import OpenAnswer, Opening

log = structlog.get_logger(__name__)
SEARCHING = Thinking("Searching the knowledge base")
WAITING = Thinking("Waiting for the model")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion:
    """Endpoint 1. `default_model` answers for assistants that name no model."""

    conversations: Conversations
    open_answer: OpenAnswer
    default_model: str
    progress_after_s: float
    new_uuid: Callable[[], UUID]
    keeping: set[asyncio.Task[int]] = field(default_factory=set)

    async def __call__(self, question: Question) -> AsyncGenerator[AnswerEvent, None]:
        """Raises InvalidRequest, NotFound, Conflict, Unavailable, and those before the first event only.

        What was said is kept also when it broke off or the caller hung up; a question that got
        no word of an answer is not kept.
        """
        check_turns(question.turns)
        answer = await self._begin(question)
        try:
            async with aclosing(self._told(answer)) as events:
                async for event in events:
                    answer.has_begun = True
                    yield event
        except ServiceError as error:
            if not answer.has_begun:
                raise
            log.warning("answer_broke_off", reason=error.detail)
            answer.finished = Finished(reason="error")
            yield Failed(error.detail)
        finally:  # also when the caller hung up: then nothing after this runs
            kept = self._keep(answer)
        yield answer.done(message_id=await _message_id(kept))

    async def settle(self) -> None:
        """Wait until everything that was said is kept."""
        await asyncio.gather(*self.keeping, return_exceptions=True)

    async def _begin(self, question: Question) -> Answer:
        opened = await self.conversations.open(
            user_id=question.user_id,
            assistant_uuid=question.assistant_uuid,
            conversation_uuid=question.conversation_uuid,
        )
        if opened.assistant.archived_at is not None:
            raise Conflict("This assistant is archived.")
        opened = _as_configured(opened, question)
        return Answer(
            question=question,
            opened=opened,
            model=opened.assistant.model_name or self.default_model,
            conversation_uuid=opened.conversation_uuid or self.new_uuid(),
        )

    async def _told(self, answer: Answer) -> AsyncGenerator[AnswerEvent, None]:
        progress = SEARCHING if answer.opened.assistant.knowledge_base else WAITING
        opening = asyncio.create_task(self.open_answer(answer))
        try:
            await asyncio.wait({opening}, timeout=self.progress_after_s)
            is_slow = not opening.done()
            if is_slow:
                yield progress
            opened = await opening
            if not is_slow and progress is SEARCHING:
                yield progress
            async for event in opened.events():
                if told := answer.hear(event):
                    yield told
            if citations := answer.citations():
                yield Citations(citations)
        finally:
            await _end(opening)

    def _keep(self, answer: Answer) -> asyncio.Task[int] | None:
        if not answer.text or answer.question.is_rehearsal:
            return None
        task = asyncio.create_task(self.conversations.keep(answer.stored()))
        self.keeping.add(task)
        task.add_done_callback(self._is_kept)
        return task

    def _is_kept(self, task: asyncio.Task[int]) -> None:
        self.keeping.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("answer_not_kept", exc_info=error)


def _as_configured(opened: OpenedConversation, question: Question) -> OpenedConversation:
    """With the configuration that the question brings, for the assistant that is stored."""
    configuration = question.configuration
    if configuration is None:
        return opened
    if question.assistant_uuid != configuration.assistant_uuid:
        raise InvalidRequest.on("configuration", "This is another assistant's.")
    return replace(opened, assistant=configuration.model_copy(update={"id": opened.assistant.id}))


async def _message_id(task: asyncio.Task[int] | None) -> int:
    if task is None:
        return 0
    await asyncio.wait({task})  # the caller's hanging up does not end it
    return 0 if task.cancelled() or task.exception() else task.result()


async def _end(opening: asyncio.Task[Opening]) -> None:
    """End the search and the call to the model, wherever they are."""
    opening.cancel()
    await asyncio.wait({opening})
    if not opening.cancelled() and opening.exception() is None:
        await opening.result().close()
