"""The composition root: builds the models that are installed and says what each can do."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any, Protocol

from services.models.adapters.encoder_lanes import EncoderLanes
from services.models.adapters.llama import LlamaGenerator
from services.models.adapters.onnx_encoder import EncoderCard, OnnxEncoder
from services.models.adapters.weights_store import WeightsStore, encoder_file
from services.models.domain.answer import Piece
from services.models.domain.conversation import ChatRequest
from services.models.domain.refusals import UnknownModel
from services.models.domain.relevance import scores
from services.models.settings import ModelServerSettings
from services.models.usecases.answer_extractively import AnswerExtractively
from services.models.usecases.answer_generatively import AnswerGeneratively
from services.models.usecases.select_sentences import SelectSentences

EXTRACTIVE_MODEL = "local-extractive"
RERANK_MODEL = "local-rerank"
EMBED_MODEL = "local-embed"
GENERATIVE_MODEL = "local-chat"

MINILM = EncoderCard(
    name=EMBED_MODEL,
    weights="all-minilm-l6-v2",
    dimension=384,
    max_tokens=2048,
    window_tokens=256,
)
E5 = EncoderCard(
    name="local-embed-multilingual",
    weights="multilingual-e5-small",
    dimension=384,
    max_tokens=2048,
    window_tokens=512,
    query_prefix="query: ",
    passage_prefix="passage: ",
)


class WeightsMissing(Exception):
    """The default embedder is not installed; the message says which command installs it."""


class ChatModel(Protocol):
    """Answers chat requests in pieces."""

    def answer(self, request: ChatRequest) -> AsyncGenerator[Piece]:
        """Text, citations, then the finish; raises a Refusal before the first piece."""
        ...


class ModelServer:
    """Everything the doors ask for."""

    def __init__(
        self,
        settings: ModelServerSettings,
        encoders: Sequence[EncoderLanes],
        generator: LlamaGenerator | None,
    ) -> None:
        self.settings = settings
        self._encoders = {encoder.name: encoder for encoder in encoders}
        self._generator = generator
        english, multilingual = encoders[0], self._encoders.get(E5.name)
        select = SelectSentences(english, multilingual)
        self._chat: dict[str, ChatModel] = {EXTRACTIVE_MODEL: AnswerExtractively(english, select)}
        if generator is not None:
            model = AnswerGeneratively(generator, english, select)
            self._chat |= {GENERATIVE_MODEL: model, generator.name: model}

    def start(self) -> None:
        """Begin to load what takes long; needs a running loop."""
        if self._generator is not None:
            self._generator.start()

    def chat_model(self, name: str) -> ChatModel:
        """Raises UnknownModel."""
        if name not in self._chat:
            raise UnknownModel(_unknown("chat", name, list(self._chat)))
        return self._chat[name]

    def encoder(self, name: str) -> EncoderLanes:
        """Raises UnknownModel."""
        if name not in self._encoders:
            raise UnknownModel(_unknown("embedding", name, list(self._encoders)))
        return self._encoders[name]

    async def rerank(self, query: str, documents: Sequence[str], max_tokens: int) -> list[float]:
        """One score in 0-1 per document."""
        cut = [document[: max_tokens * 6] for document in documents]
        return await asyncio.to_thread(scores, query, cut)

    def active(self) -> dict[str, Any]:
        """The models that answer by endpoint; `loading` and `failed` name the one that does not."""
        generator = self._generator
        state = generator.state if generator is not None else "ready"
        chat = [EXTRACTIVE_MODEL] if state == "failed" else list(self._chat)
        waiting: dict[str, list[str]] = {kind: [] for kind in ("loading", "failed")}
        if generator is not None and state != "ready":
            waiting[state] = [generator.name]
        return {"chat": chat, "embed": list(self._encoders), "rerank": [RERANK_MODEL], **waiting}

    def cards(self) -> list[dict[str, Any]]:
        """Cohere's model cards, with a plain description of each model's limits."""
        return [
            _card(
                EXTRACTIVE_MODEL,
                "chat",
                context_length=100_000,
                features=["citations"],
                default=True,
                description="Quotes the two or three sentences of the given documents that answer "
                "the question, with citations, or says that they hold no answer. It writes nothing of its "
                "own: no tools, no JSON, no free conversation.",
            ),
            *self._generator_cards(),
            *(
                _card(
                    encoder.name,
                    "embed",
                    context_length=encoder.max_tokens,
                    features=[],
                    default=encoder.name == EMBED_MODEL,
                    description=f"Sentence embeddings, {encoder.dimension} dimensions, int8.",
                    dimension=encoder.dimension,
                )
                for encoder in self._encoders.values()
            ),
            _card(
                RERANK_MODEL,
                "rerank",
                context_length=4096,
                features=[],
                default=True,
                description="Lexical: rare shared words and their closeness. Not a cross-encoder.",
            ),
        ]

    def _generator_cards(self) -> list[dict[str, Any]]:
        generator = self._generator
        if generator is None:
            return []
        return [
            _card(
                name,
                "chat",
                context_length=generator.context_tokens,
                features=["citations", "json_mode", "json_schema"],
                default=False,
                description=f"{generator.name} on llama.cpp: answers from the documents' best "
                "sentences, or talks without documents. No tools.",
            )
            for name in (GENERATIVE_MODEL, generator.name)
        ]

    async def close(self) -> None:
        """Stop the models."""
        if self._generator is not None:
            await self._generator.close()
        for encoder in self._encoders.values():
            encoder.close()


def build(settings: ModelServerSettings) -> ModelServer:
    """A server of what is installed; raises WeightsMissing without the default embedder."""
    store = WeightsStore(settings.weights)
    encoders = [
        EncoderLanes(
            OnnxEncoder(
                card,
                encoder_file(folder),
                folder / "tokenizer.json",
                threads=settings.threads,
            ),
            queue_limit=settings.embed_queue_limit,
            cache_size=settings.sentence_cache,
        )
        for card in (MINILM, E5)
        if encoder_file(folder := store.folder(card.weights)).exists()
    ]
    if not encoders or encoders[0].name != EMBED_MODEL:
        raise WeightsMissing(
            f"No weights of {MINILM.weights} in {settings.weights}: run "
            "`python -m services.models fetch`."
        )
    return ModelServer(settings, encoders, _generator(settings, store))


def _generator(settings: ModelServerSettings, store: WeightsStore) -> LlamaGenerator | None:
    found = _gguf(settings.generative, store)
    if found is None:
        return None
    name, path = found
    return LlamaGenerator(
        name,
        path,
        slots=settings.slots,
        threads=settings.threads,
        context_tokens=settings.context_tokens,
        queue_limit=settings.queue_limit,
    )


def _gguf(wanted: str, store: WeightsStore) -> tuple[str, Path] | None:
    """The generative model's name and file; raises WeightsMissing for one that is not there."""
    name = store.chosen_generator() if wanted == "chosen" else wanted
    if name is None or name == "none":
        return None
    path = store.folder(name) / "model.gguf"
    if not path.exists():
        raise WeightsMissing(f"No {path}: run `python -m services.models fetch {name}`.")
    return name, path


def _unknown(kind: str, name: str, known: list[str]) -> str:
    return f"No {kind} model {name!r} here; there are {', '.join(known)} (see GET /v1/models)."


def _card(
    name: str, endpoint: str, *, default: bool, description: str, features: list[str], **more: Any
) -> dict[str, Any]:
    return {
        "name": name,
        "is_deprecated": False,
        "endpoints": [endpoint],
        "default_endpoints": [endpoint] if default else [],
        "finetuned": False,
        "features": features,
        "description": description,
        **more,
    }
