"""Answers a question with sentences quoted from the documents, or says that they hold no answer."""

import re
from collections.abc import AsyncGenerator, Sequence

import numpy as np

from services.models.domain.answer import Citation, Finish, FinishReason, Piece, TextPiece
from services.models.domain.conversation import ChatRequest, Document, question
from services.models.domain.extraction import Quote, Sentence, choose, quotes, shortlist
from services.models.domain.refusals import Unsupported
from services.models.domain.truncation import Limits
from services.models.ports import Encoder, Purpose

NO_ANSWER = "The documents do not contain an answer to this question."
NO_DOCUMENTS = (
    "I am the built-in extractive model: I answer by quoting the documents I am given, and none were "
    "given. For free conversation, configure a chat model."
)
_PIECE = re.compile(r"\s*\S+\s*?(?=\s|$)|\s+")


class SelectSentences:
    """Finds the sentences that answer a question, best first; none when all are too far from it."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    async def __call__(self, asked: str, documents: Sequence[Document]) -> list[Sentence]:
        """At most three sentences."""
        candidates = shortlist(asked, documents)
        if not candidates:
            return []
        texts = [candidate.sentence.text for candidate in candidates]
        target = await self._encoder.embed_urgently([asked], Purpose.QUERY)
        known = await self._encoder.embed_urgently(texts, Purpose.PASSAGE)
        return choose(candidates, np.asarray(known.vectors @ target.vectors[0]).tolist())


class AnswerExtractively:
    """The model `local-extractive`."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._select = SelectSentences(encoder)

    async def answer(self, request: ChatRequest) -> AsyncGenerator[Piece]:
        """Text word by word, a citation behind each quote, then the finish."""
        if request.json_schema is not None:
            raise Unsupported(f"{request.model} quotes documents; it cannot write JSON.")
        quoted = await self._quotes(request)
        limits = Limits(request.max_tokens, request.stop)
        for quote in quoted:
            start = limits.length
            pieces = _pieces(quote.text, is_first=start == 0)
            counts = await self._encoder.count_tokens(pieces)
            for piece, tokens in zip(pieces, counts, strict=True):
                allowed = limits.take(piece, tokens)
                if allowed:
                    yield TextPiece(allowed)
                if limits.reason is not None:
                    break
            citation = _citation(quote, start, limits.text, request)
            if citation is not None:
                yield citation
            if limits.reason is not None:
                break
        yield Finish(
            limits.reason or FinishReason.COMPLETE,
            input_tokens=await self._count_input(request),
            output_tokens=sum(await self._encoder.count_tokens([limits.text])),
        )

    async def _quotes(self, request: ChatRequest) -> list[Quote]:
        if not request.documents:
            return [Quote(document=-1, text=NO_DOCUMENTS)]
        chosen = await self._select(question(request.turns), request.documents)
        return quotes(chosen) or [Quote(document=-1, text=NO_ANSWER)]

    async def _count_input(self, request: ChatRequest) -> int:
        texts = [turn.text for turn in request.turns]
        texts += [document.text for document in request.documents]
        return sum(await self._encoder.count_tokens(texts))


def _pieces(text: str, *, is_first: bool) -> list[str]:
    found = _PIECE.findall(text)
    return found if is_first else ["\n\n", *found]


def _citation(quote: Quote, start: int, text: str, request: ChatRequest) -> Citation | None:
    begin = start + 2 if start else 0  # behind the empty line
    cited = text[begin:]
    if quote.document < 0 or not cited or not request.citations:
        return None
    source = request.documents[quote.document]
    return Citation(start=begin, end=len(text), text=cited, sources=[source])
