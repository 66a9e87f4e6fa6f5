"""Open an answer: look up the passages, and ask the model until it has said its first word."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

import structlog

from contracts.errors import NotFound, Unavailable
from services.assistants.domain.answer import (
    NOTHING_FOUND,
    QUOTING_MODELS,
    Answer,
    Finished,
    ModelEvent,
    ModelRequest,
    TextDelta,
)
from services.assistants.domain.citation import Passage, within
from services.assistants.domain.conversation import fitting, search_query
from services.assistants.ports import ChatModel, PassageSearch
from services.assistants.usecases.render_prompt import RenderPrompt

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opening:
    """A model that has begun to speak: the passages it has, its first event, and those to come."""

    passages: tuple[Passage, ...]
    first: ModelEvent
    rest: AsyncGenerator[ModelEvent, None]

    async def events(self) -> AsyncIterator[ModelEvent]:
        """All of them, in order."""
        yield self.first
        async for event in self.rest:
            yield event

    async def close(self) -> None:
        """End the call to the model."""
        await self.rest.aclose()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAnswer:
    """Asks the search once, and then the model.

    It gets `history_characters` of the turns before the question, and `passage_characters`.
    """

    search: PassageSearch
    model: ChatModel
    render_prompt: RenderPrompt
    history_characters: int
    passage_characters: int

    async def __call__(self, answer: Answer) -> Opening:
        """Raises InvalidRequest (the model cannot do this), Unavailable."""
        passages = await self._passages(answer)
        events = self._events(answer, passages)
        first = await anext(events)
        if isinstance(first, Finished) and first.reason == "error":
            log.warning("model_failed_at_once", reason=first.error)
            raise Unavailable.of("The model server")
        return Opening(passages, first, events)

    async def _passages(self, answer: Answer) -> tuple[Passage, ...]:
        knowledge_base = answer.opened.assistant.knowledge_base
        if knowledge_base is None:
            return ()
        try:
            found = await self.search.passages(
                user_id=answer.question.user_id,
                knowledge_base=knowledge_base,
                query=search_query(answer.turns()),
            )
        except NotFound:  # deleted a moment ago; the event that clears the reference is on its way
            log.info("knowledge_base_gone", knowledge_base=str(knowledge_base))
            return ()
        return within(found, characters=self.passage_characters)

    def _events(
        self, answer: Answer, passages: tuple[Passage, ...]
    ) -> AsyncGenerator[ModelEvent, None]:
        assistant = answer.opened.assistant
        can_only_quote = answer.model in QUOTING_MODELS and not assistant.json_mode
        if assistant.knowledge_base is not None and not passages and can_only_quote:
            return _nothing_found()
        return self.model.stream(
            ModelRequest(
                model=answer.model,
                prompt=self.render_prompt(assistant),
                turns=fitting(answer.turns(), characters=self.history_characters),
                passages=passages,
                temperature=assistant.temperature,
                max_tokens=assistant.max_tokens,
                top_p=assistant.top_p,
                frequency_penalty=assistant.frequency_penalty,
                json_mode=assistant.json_mode,
            )
        )


async def _nothing_found() -> AsyncGenerator[ModelEvent, None]:
    yield TextDelta(NOTHING_FOUND)
    yield Finished(reason="complete")
