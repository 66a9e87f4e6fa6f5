"""Answers with a generative model from the best sentences of the documents, and cites afterwards."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import numpy as np

from services.models.domain.answer import Citation, Finish, FinishReason, Piece, TextPiece
from services.models.domain.attribution import citations
from services.models.domain.conversation import ChatRequest, question
from services.models.domain.extraction import Sentence
from services.models.domain.prompting import conversation, grounded
from services.models.domain.sentences import split
from services.models.domain.truncation import Limits
from services.models.ports import (
    Encoder,
    GenerationEnd,
    GenerationRequest,
    Generator,
    Purpose,
)
from services.models.usecases.answer_extractively import NO_ANSWER
from services.models.usecases.select_sentences import SelectSentences

_SENTENCES = 3  # about 100-150 tokens of context: reading is what costs time
_GROUNDED_TOKENS = 200
_FREE_TOKENS = 512


class AnswerGeneratively:
    """The model `local-chat`."""

    def __init__(self, generator: Generator, encoder: Encoder, select: SelectSentences) -> None:
        self._generator = generator
        self._encoder = encoder
        self._select = select

    async def answer(self, request: ChatRequest) -> AsyncGenerator[Piece]:
        """Text as it is made, the citations, then the finish."""
        is_grounded = bool(request.documents) and request.json_schema is None
        asked = question(request.turns)
        chosen: list[Sentence] = []
        if is_grounded:
            chosen = await self._select(asked, request.documents, _SENTENCES)
            if not chosen:
                async for piece in self._refuse(asked):
                    yield piece
                return
        limits = Limits(None, request.stop)
        end = GenerationEnd(is_cut=False, input_tokens=0, output_tokens=0)
        async with aclosing(self._generator.generate(self._prompt(request, asked, chosen))) as made:
            async for event in made:
                if isinstance(event, GenerationEnd):
                    end = event
                elif said := limits.take(event.text, 1):
                    yield TextPiece(said)
                if limits.reason is not None:
                    break
        if said := limits.rest():
            yield TextPiece(said)
        for citation in await self._cite(limits.text, chosen, request):
            yield citation
        yield await self._finish(limits, end)

    async def _refuse(self, asked: str) -> AsyncGenerator[Piece]:
        read, said = await self._encoder.count_tokens([asked, NO_ANSWER])
        yield TextPiece(NO_ANSWER)
        yield Finish(FinishReason.COMPLETE, read, said)

    def _prompt(
        self, request: ChatRequest, asked: str, chosen: list[Sentence]
    ) -> GenerationRequest:
        max_tokens = request.max_tokens or (_GROUNDED_TOKENS if chosen else _FREE_TOKENS)
        room = self._generator.context_tokens - max_tokens - 64
        if chosen:
            messages = grounded(request.turns, asked, [sentence.text for sentence in chosen])
        else:
            messages = conversation(request.turns, request.documents, room)
        temperature = 0.0 if chosen else 0.3
        return GenerationRequest(
            messages=messages,
            max_tokens=max_tokens,
            temperature=temperature if request.temperature is None else request.temperature,
            top_p=request.top_p,
            top_k=request.top_k,
            seed=request.seed,
            frequency_penalty=request.frequency_penalty,
            presence_penalty=request.presence_penalty,
            json_schema=request.json_schema,
        )

    async def _cite(
        self, answer: str, chosen: list[Sentence], request: ChatRequest
    ) -> list[Citation]:
        spans = split(answer)
        if not chosen or not spans or not request.citations:
            return []
        said = await self._encoder.embed_urgently(
            [answer[span.start : span.end] for span in spans], Purpose.PASSAGE
        )
        known = await self._encoder.embed_urgently([each.text for each in chosen], Purpose.PASSAGE)
        cosines = np.asarray(said.vectors @ known.vectors.T).tolist()
        return citations(answer, spans, cosines, chosen, request.documents)

    async def _finish(self, limits: Limits, end: GenerationEnd) -> Finish:
        if limits.reason is not None:  # we hung up, so the model's own count never came
            return Finish(limits.reason, 0, sum(await self._encoder.count_tokens([limits.text])))
        reason = FinishReason.MAX_TOKENS if end.is_cut else FinishReason.COMPLETE
        return Finish(reason, end.input_tokens, end.output_tokens)
