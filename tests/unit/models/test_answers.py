"""The two chat models, over an encoder and a generator made of plain arithmetic."""

from collections.abc import AsyncGenerator, Sequence

import numpy as np
import pytest

from services.models.domain.answer import Citation, Finish, FinishReason, Piece, TextPiece
from services.models.domain.conversation import ChatRequest, Document, Turn
from services.models.domain.refusals import Unsupported
from services.models.domain.terms import terms
from services.models.ports import (
    Embedded,
    Generated,
    GenerationEnd,
    GenerationRequest,
    Purpose,
    Truncate,
)
from services.models.usecases.answer_extractively import (
    NO_ANSWER,
    NO_DOCUMENTS,
    AnswerExtractively,
)
from services.models.usecases.answer_generatively import AnswerGeneratively
from services.models.usecases.select_sentences import SelectSentences

DOCUMENTS = [
    Document("a", "", "Bananas are yellow fruit. They grow in warm countries."),
    Document("b", "", "Voyager was launched in 1977. Carl Sagan chaired the record committee."),
]


class WordEncoder:
    """Embeds a text as the bag of its terms."""

    name, dimension, max_tokens = "words", 512, 2048

    async def embed(
        self, texts: Sequence[str], purpose: Purpose, *, truncate: Truncate = Truncate.END
    ) -> Embedded:
        return await self.embed_urgently(texts, purpose)

    async def embed_urgently(self, texts: Sequence[str], purpose: Purpose) -> Embedded:
        vectors = np.full((len(texts), self.dimension), 1e-9, np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                vectors[row, sum(term.encode()) % self.dimension] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return Embedded(vectors / lengths, sum(len(text.split()) for text in texts))

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


class Parrot:
    """Generates the same words every time and remembers what it was asked."""

    name, context_tokens = "parrot", 1024

    def __init__(self, *pieces: str) -> None:
        self._pieces = pieces
        self.asked: list[GenerationRequest] = []

    async def generate(
        self, request: GenerationRequest
    ) -> AsyncGenerator[Generated | GenerationEnd]:
        self.asked.append(request)
        for piece in self._pieces:
            yield Generated(piece)
        yield GenerationEnd(is_cut=False, input_tokens=7, output_tokens=len(self._pieces))


def extractive() -> AnswerExtractively:
    encoder = WordEncoder()
    return AnswerExtractively(encoder, SelectSentences(encoder))


def generative(generator: Parrot) -> AnswerGeneratively:
    encoder = WordEncoder()
    return AnswerGeneratively(generator, encoder, SelectSentences(encoder))


def request(asked: str, documents: list[Document] | None = None, **more: object) -> ChatRequest:
    return ChatRequest("m", [Turn("user", asked)], documents or [], **more)


async def run(model: AnswerExtractively | AnswerGeneratively, asked: ChatRequest) -> list[Piece]:
    return [piece async for piece in model.answer(asked)]


def text(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, TextPiece))


async def test_an_extractive_answer_is_quoted_and_cited_exactly() -> None:
    pieces = await run(extractive(), request("Who chaired the record committee?", DOCUMENTS))
    answer = text(pieces)
    citation = next(piece for piece in pieces if isinstance(piece, Citation))
    assert "Carl Sagan chaired the record committee." in answer
    assert answer[citation.start : citation.end] == citation.text
    assert [source.id for source in citation.sources] == ["b"]
    assert isinstance(pieces[-1], Finish)


async def test_an_extractive_answer_comes_word_by_word() -> None:
    pieces = await run(extractive(), request("Are bananas yellow fruit?", DOCUMENTS))
    words = [piece for piece in pieces if isinstance(piece, TextPiece)]
    assert len(words) == len(text(pieces).split())


async def test_a_question_the_documents_do_not_answer_is_refused() -> None:
    pieces = await run(extractive(), request("Who ruled Norway first?", DOCUMENTS))
    assert text(pieces) == NO_ANSWER
    assert not any(isinstance(piece, Citation) for piece in pieces)


async def test_without_documents_the_extractive_model_says_what_it_is() -> None:
    assert text(await run(extractive(), request("Hi"))) == NO_DOCUMENTS


async def test_the_extractive_model_refuses_to_write_json() -> None:
    with pytest.raises(Unsupported):
        await run(extractive(), request("Hi", json_schema={}))


async def test_max_tokens_cuts_the_answer_and_the_citation_with_it() -> None:
    asked = request("Who chaired the record committee?", DOCUMENTS, max_tokens=2)
    pieces = await run(extractive(), asked)
    assert len(text(pieces).split()) == 2
    assert pieces[-1].reason is FinishReason.MAX_TOKENS
    assert all(piece.end <= len(text(pieces)) for piece in pieces if isinstance(piece, Citation))


async def test_two_quotes_are_cited_where_they_stand() -> None:
    pieces = await run(
        extractive(),
        request("bananas yellow voyager launched", DOCUMENTS),
    )
    answer = text(pieces)
    found = [piece for piece in pieces if isinstance(piece, Citation)]
    assert {source.id for citation in found for source in citation.sources} == {"a", "b"}
    assert all(answer[each.start : each.end] == each.text for each in found)


async def test_a_generative_prompt_holds_the_best_sentences_only() -> None:
    parrot = Parrot("Carl Sagan ", "chaired it.")
    asked = request("Who chaired the record committee?", DOCUMENTS)
    pieces = await run(generative(parrot), asked)
    prompt = parrot.asked[0].messages[-1]["content"]
    assert "Carl Sagan chaired" in prompt
    assert "warm countries" not in prompt
    assert text(pieces) == "Carl Sagan chaired it."
    assert pieces[-1] == Finish(FinishReason.COMPLETE, 7, 2)


async def test_a_generative_sentence_that_a_source_supports_is_cited() -> None:
    parrot = Parrot("Carl Sagan chaired the record committee. ", "Nothing else is known of cats.")
    asked = request("Who chaired the record committee?", DOCUMENTS)
    pieces = await run(generative(parrot), asked)
    found = [piece for piece in pieces if isinstance(piece, Citation)]
    assert [each.text for each in found] == ["Carl Sagan chaired the record committee."]


async def test_a_generative_model_is_not_asked_what_the_documents_do_not_answer() -> None:
    parrot = Parrot("Harald")
    pieces = await run(generative(parrot), request("Who ruled Norway first?", DOCUMENTS))
    assert text(pieces) == NO_ANSWER
    assert parrot.asked == []


async def test_a_stop_sequence_ends_a_generation() -> None:
    model = generative(Parrot("one ", "two ", "three"))
    pieces = await run(model, request("Count", stop=["two"]))
    assert text(pieces) == "one "
    assert pieces[-1].reason is FinishReason.STOP_SEQUENCE


async def test_old_turns_fall_out_of_a_prompt_that_would_not_fit() -> None:
    parrot = Parrot("ok")
    turns = [Turn("system", "Be kind."), Turn("user", "x" * 5000), Turn("user", "Latest?")]
    await run(generative(parrot), ChatRequest("m", turns, []))
    assert [message["content"] for message in parrot.asked[0].messages] == ["Be kind.", "Latest?"]
