"""Open an answer: look up what it needs, all at a time, and ask until the first word is said."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from contracts.errors import NotFound, Unavailable
from services.assistants.domain.answer import (
    NOTHING_FOUND,
    QUOTING_MODELS,
    Answer,
    AnswerEvent,
    Finished,
    ModelEvent,
    ModelRequest,
    TextDelta,
)
from services.assistants.domain.citation import Passage, within
from services.assistants.domain.conversation import search_query
from services.assistants.domain.history import fitting, history_tokens
from services.assistants.domain.model_card import ModelCard
from services.assistants.ports import ChatModel, DirectAnswers, ModelCards, PassageSearch, Tool
from services.assistants.usecases.offer_tools import OfferTools
from services.assistants.usecases.render_prompt import RenderPrompt
from services.assistants.usecases.use_tools import UseTools

log = structlog.get_logger(__name__)
Events = AsyncGenerator[ModelEvent | AnswerEvent, None]


@dataclass(frozen=True, slots=True)
class Opening:
    """An answer that has begun: its first event, and those to come."""

    first: ModelEvent | AnswerEvent
    rest: Events

    async def events(self) -> AsyncIterator[ModelEvent | AnswerEvent]:
        """All of them, in order."""
        yield self.first
        async for event in self.rest:
            yield event

    async def close(self) -> None:
        """End the call to the model."""
        await self.rest.aclose()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAnswer:
    """Asks the search once, and then the model, with the tools that there are for it.

    It gets `history_tokens` of the turns before the question at most, and `passage_characters`.
    """

    search: PassageSearch
    model: ChatModel
    cards: ModelCards
    offer_tools: OfferTools
    use_tools: UseTools
    render_prompt: RenderPrompt
    history_tokens: int
    passage_characters: int
    direct: DirectAnswers | None = None

    async def __call__(self, answer: Answer) -> Opening:
        """Raises InvalidRequest (the model cannot do this), Unavailable."""
        (card, tools, direct), passages = await _together(
            self._means(answer), self._passages(answer)
        )
        passages = _quotable(answer, passages)
        events = direct or self._events(answer, card, passages, tools)
        if direct is None:
            answer.passages = passages
        first = await anext(events)
        if isinstance(first, Finished) and first.reason == "error":
            log.warning("model_failed_at_once", reason=first.error)
            raise Unavailable.of("The model server")
        return Opening(first, events)

    async def _means(self, answer: Answer) -> tuple[ModelCard, Sequence[Tool], Events | None]:
        """The model's card; its tools, or an answer that needs no model where it can use none."""
        card = await self.cards.card(answer.model)
        if card.can_use_tools:
            return card, await self.offer_tools(answer), None
        return card, (), await self.direct.find(answer) if self.direct else None

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
        self,
        answer: Answer,
        card: ModelCard,
        passages: tuple[Passage, ...],
        tools: Sequence[Tool],
    ) -> Events:
        assistant = answer.opened.assistant
        if assistant.knowledge_base is not None and not passages and _can_only_quote(answer):
            return _nothing_found()
        request = ModelRequest(
            model=answer.model,
            prompt=self.render_prompt(assistant),
            turns=fitting(answer.turns(), limit=history_tokens(card, limit=self.history_tokens)),
            passages=passages,
            temperature=assistant.temperature,
            max_tokens=assistant.max_tokens,
            top_p=assistant.top_p,
            frequency_penalty=assistant.frequency_penalty,
            json_mode=assistant.json_mode,
        )
        return self.use_tools(answer, request, tools) if tools else self.model.stream(request)


def _can_only_quote(answer: Answer) -> bool:
    return answer.model in QUOTING_MODELS and not answer.opened.assistant.json_mode


def _quotable(answer: Answer, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """The summary of a data table, quoted, would read as if its counts answered the question."""
    if not _can_only_quote(answer):
        return passages
    return tuple(passage for passage in passages if passage.kind != "data_excel")


async def _together(*works: Coroutine[Any, Any, Any]) -> list[Any]:
    """The results of all of them; where one fails, the others are ended."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def _nothing_found() -> AsyncGenerator[ModelEvent, None]:
    yield TextDelta(NOTHING_FOUND)
    yield Finished(reason="complete")
