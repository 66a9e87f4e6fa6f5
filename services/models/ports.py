"""What the use cases need from models: token counts, vectors, generated text."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Purpose(StrEnum):
    """What a text is embedded for; some encoders prefix the text accordingly."""

    QUERY = "query"
    PASSAGE = "passage"


class Truncate(StrEnum):
    """Which end of a too long text is dropped; `NONE` refuses it."""

    NONE = "NONE"
    START = "START"
    END = "END"


@dataclass(frozen=True)
class Embedded:
    """Unit vectors (texts, width) and the tokens that were read."""

    vectors: Vectors
    tokens: int


class Encoder(Protocol):
    """A sentence encoder behind its queue and its cache."""

    name: str
    dimension: int
    max_tokens: int

    async def embed(
        self, texts: Sequence[str], purpose: Purpose, *, truncate: Truncate = Truncate.END
    ) -> Embedded:
        """Vectors of `texts`; raises TextTooLong, Busy."""
        ...

    async def embed_urgently(self, texts: Sequence[str], purpose: Purpose) -> Embedded:
        """The same ahead of every document batch, remembered by text."""
        ...

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the encoder's own marks."""
        ...


@dataclass(frozen=True)
class GenerationRequest:
    """One prompt for a generative model, in chat messages of plain text."""

    messages: list[dict[str, str]]
    max_tokens: int
    temperature: float
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    json_schema: dict[str, Any] | None = None  # {} means any JSON object


@dataclass(frozen=True)
class Generated:
    """One piece of generated text."""

    text: str


@dataclass(frozen=True)
class GenerationEnd:
    """The last piece: whether `max_tokens` cut the text, and the token counts."""

    is_cut: bool
    input_tokens: int
    output_tokens: int


class Generator(Protocol):
    """A generative model; closing the iterator stops it."""

    name: str
    context_tokens: int

    def generate(self, request: GenerationRequest) -> AsyncGenerator[Generated | GenerationEnd]:
        """Pieces as they are made; raises Busy, InvalidInput for a prompt that does not fit."""
        ...
