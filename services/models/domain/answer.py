"""The pieces of an answer as it is made, whatever model makes it."""

from dataclasses import dataclass, field
from enum import StrEnum

from services.models.domain.conversation import Document


class FinishReason(StrEnum):
    """Why an answer ended."""

    COMPLETE = "COMPLETE"
    STOP_SEQUENCE = "STOP_SEQUENCE"
    MAX_TOKENS = "MAX_TOKENS"
    TIMEOUT = "TIMEOUT"
    ERROR = "ERROR"


@dataclass(frozen=True)
class TextPiece:
    """More of the answer's text."""

    text: str


@dataclass(frozen=True)
class Citation:
    """Characters `start` to `end` (exclusive) of the answer come from `sources`."""

    start: int
    end: int
    text: str
    sources: list[Document] = field(default_factory=list)


@dataclass(frozen=True)
class Finish:
    """The last piece."""

    reason: FinishReason
    input_tokens: int
    output_tokens: int


Piece = TextPiece | Citation | Finish
