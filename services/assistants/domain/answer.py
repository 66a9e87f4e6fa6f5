"""An answer while it is made: what a model is asked, what it says, what the caller is told."""

from dataclasses import dataclass
from uuid import UUID

from services.assistants.domain.citation import Citation, CitedSpan, Passage
from services.assistants.domain.conversation import Turn

NOTHING_FOUND = "The documents do not contain an answer to this question."
QUOTING_MODELS = frozenset({"local-extractive"})
"""Models that only quote: without passages they have nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One question to a model. Numbers as the user set them; an adapter cuts them to its range."""

    model: str
    prompt: str
    turns: tuple[Turn, ...]
    passages: tuple[Passage, ...]
    temperature: float
    max_tokens: int
    top_p: float
    frequency_penalty: float
    json_mode: bool


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Thought:
    """The model works on something that is not the answer; what it thinks is not told."""

    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The model's last word. `reason`: complete, max_tokens, stop_sequence or error.

    `error` is a sentence for people, set with reason error.
    """

    reason: str
    input_tokens: int = 0
    output_tokens: int = 0
    error: str = ""


ModelEvent = TextDelta | Thought | CitedSpan | Finished


@dataclass(frozen=True, slots=True)
class Token:
    """The caller is told more of the answer."""

    content: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """The caller is told what goes on meanwhile."""

    description: str


@dataclass(frozen=True, slots=True)
class Citations:
    """The caller is told where the answer comes from, best first."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The caller is told that the answer breaks off here."""

    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The last event. `conversation_uuid` is None when nothing was stored."""

    finish_reason: str
    input_tokens: int
    output_tokens: int
    conversation_uuid: UUID | None
    model: str


AnswerEvent = Token | Thinking | Citations | Failed | Done


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """New turns of a conversation and the answer to them, as they are kept."""

    user_id: int
    assistant_id: int
    conversation_uuid: UUID
    is_new: bool
    turns: tuple[Turn, ...]
    text: str
    model: str
    finish_reason: str
    input_tokens: int
    output_tokens: int
