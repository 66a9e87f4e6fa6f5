"""A chat request as plain values: turns, documents, and what the answer may be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.models.domain.terms import terms

_SHORT_TURN_TERMS = 2  # a question with fewer words of its own leans on the turn before


@dataclass(frozen=True)
class Turn:
    """One message; `role` is user, assistant or system."""

    role: str
    text: str


@dataclass(frozen=True)
class Document:
    """A passage to answer from; `fields` is what the citation's source repeats."""

    id: str
    title: str
    text: str
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ChatRequest:
    """What a chat model is asked for, already validated."""

    model: str
    turns: list[Turn]
    documents: list[Document]
    max_tokens: int | None = None
    stop: list[str] = field(default_factory=list)
    citations: bool = True
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    json_schema: dict[str, Any] | None = None  # {} means any JSON object


def question(turns: Sequence[Turn]) -> str:
    """The last user turn; one too short to stand alone gets the user turn before it in front."""
    asked = [turn.text.strip() for turn in turns if turn.role == "user"]
    last = asked[-1]
    if len(asked) > 1 and len(terms(last)) <= _SHORT_TURN_TERMS:
        return f"{asked[-2]}\n{last}"
    return last
