"""Answers a question with sentences quoted from the documents, or says that they hold no answer."""

import re
from collections.abc import AsyncGenerator

from services.models.domain.answer import Citation, Finish, FinishReason, Piece, TextPiece
from services.models.domain.conversation import ChatRequest, question
from services.models.domain.extraction import SENTENCES, Quote, quotes
from services.models.domain.refusals import Unsupported
from services.models.domain.truncation import Limits
from services.models.ports import Encoder
from services.models.usecases.select_sentences import SelectSentences

NO_ANSWER = "The documents do not contain an answer to this question."
NO_DOCUMENTS = (
    "I am the built-in extractive model: I answer by quoting the documents I am given, and none were "
    "given. For free conversation, configure a chat model."
)
_BETWEEN_QUOTES = "\n\n"
_WORD = re.compile(r"\s*\S+")


class AnswerExtractively:
    """The model `local-extractive`."""

    def __init__(self, encoder: Encoder, select: SelectSentences) -> None:
        self._encoder = encoder
        self._select = select

    async def answer(self, request: ChatRequest) -> AsyncGenerator[Piece]:
        """Text word by word, a citation behind each quote, then the finish."""
        if request.json_schema is not None:
            raise Unsupported(f"{request.model} quotes documents; it cannot write JSON.")
        quoted = await self._quotes(request)
        limits = Limits(request.max_tokens, request.stop)
        for number, quote in enumerate(quoted):
            words = _WORD.findall(_BETWEEN_QUOTES * (number > 0) + quote.text)
            start = len(limits.text) + len(_BETWEEN_QUOTES) * (number > 0)
            counts = await self._encoder.count_tokens(words)
            for word, tokens in zip(words, counts, strict=True):
                if said := limits.take(word, tokens):
                    yield TextPiece(said)
            if number == len(quoted) - 1 and (said := limits.rest()):
                yield TextPiece(said)
            if citation := _citation(quote, start, limits.text, request):
                yield citation
        yield Finish(
            limits.reason or FinishReason.COMPLETE,
            input_tokens=await self._count_input(request),
            output_tokens=sum(await self._encoder.count_tokens([limits.text])),
        )

    async def _quotes(self, request: ChatRequest) -> list[Quote]:
        if not request.documents:
            return [Quote(document=-1, text=NO_DOCUMENTS)]
        asked = question(request.turns)
        chosen = await self._select(asked, request.documents, SENTENCES)
        return quotes(chosen) or [Quote(document=-1, text=NO_ANSWER)]

    async def _count_input(self, request: ChatRequest) -> int:
        texts = [turn.text for turn in request.turns]
        texts += [document.text for document in request.documents]
        return sum(await self._encoder.count_tokens(texts))


def _citation(quote: Quote, start: int, text: str, request: ChatRequest) -> Citation | None:
    cited = text[start:]
    if quote.document < 0 or not cited or not request.citations:
        return None
    source = request.documents[quote.document]
    return Citation(start=start, end=len(text), text=cited, sources=[source])
