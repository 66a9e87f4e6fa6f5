"""An answer while it is made: what a model is asked, what it says, what the caller is told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from contracts.rpc.assistants.configurations import Assistant
from services.assistants.domain.citation import Citation, CitedSpan, Passage, gather, uncited
from services.assistants.domain.conversation import OpenedConversation, Turn, new_turns
from services.assistants.domain.tools import GraphData, TableData, ToolCall, ToolRound, ToolSpec

NOTHING_FOUND = "The documents do not contain an answer to this question."
QUOTING_MODELS = frozenset({"local-extractive"})
"""Models that only quote: without passages they have nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One question to a model. Numbers as the user set them; an adapter cuts them to its range.

    `guide`: a further message of the system. `rounds`: calls of tools that led here.
    `may_call`: false where the answer is to come now.
    """

    model: str
    prompt: str
    turns: tuple[Turn, ...]
    passages: tuple[Passage, ...]
    temperature: float
    max_tokens: int
    top_p: float
    frequency_penalty: float
    json_mode: bool
    guide: str = ""
    tools: tuple[ToolSpec, ...] = ()
    rounds: tuple[ToolRound, ...] = ()
    may_call: bool = True


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
    """The model's last word. `reason`: complete, max_tokens, stop_sequence, tool_call or error.

    `error` is a sentence for people, set with reason error; `calls` and `plan` with tool_call.
    """

    reason: str
    input_tokens: int = 0
    output_tokens: int = 0
    error: str = ""
    calls: tuple[ToolCall, ...] = ()
    plan: str = ""


ModelEvent = TextDelta | Thought | CitedSpan | Finished


@dataclass(frozen=True, slots=True)
class Token:
    """The caller is told more of the answer."""

    content: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """The caller is told what goes on meanwhile. `tool`: the name of the one that is being called."""

    description: str
    tool: str = ""


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
    """The last event. `conversation_uuid` is None, `message_id` 0 when nothing was stored."""

    finish_reason: str
    input_tokens: int
    output_tokens: int
    conversation_uuid: UUID | None
    model: str
    message_id: int = 0


AnswerEvent = Token | Thinking | Citations | TableData | GraphData | Failed | Done


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a caller asks: turns oldest first, the last one is the question.

    `configuration` answers in the place of what is stored under `assistant_uuid`. Of a rehearsal
    nothing is stored.
    """

    user_id: int
    assistant_uuid: UUID | None
    conversation_uuid: UUID | None
    turns: tuple[Turn, ...]
    configuration: Assistant | None = None
    is_rehearsal: bool = False


@dataclass(slots=True, kw_only=True)
class Answer:
    """An answer as far as it has come."""

    question: Question
    opened: OpenedConversation
    model: str
    conversation_uuid: UUID
    passages: tuple[Passage, ...] = ()
    has_begun: bool = False  # the caller was told something
    text: list[str] = field(default_factory=list)
    spans: list[CitedSpan] = field(default_factory=list)
    finished: Finished = field(default_factory=lambda: Finished(reason="cancelled"))

    def turns(self) -> tuple[Turn, ...]:
        """The whole conversation, the question last."""
        return (*self.opened.history, *self._new_turns())

    def _new_turns(self) -> tuple[Turn, ...]:
        return new_turns(self.opened.history, self.question.turns)

    @property
    def length(self) -> int:
        """Characters of text so far."""
        return sum(map(len, self.text))

    def cite_from(self, found: Iterable[Passage]) -> tuple[tuple[int, Passage], ...]:
        """Make passages citable; each with the position under which the model is to cite it."""
        positions = {(each.document_id, each.chunk): at for at, each in enumerate(self.passages)}
        placed = []
        for passage in found:
            key = (passage.document_id, passage.chunk)
            if key not in positions:
                positions[key] = len(self.passages)
                self.passages = (*self.passages, passage)
            placed.append((positions[key], passage))
        return tuple(placed)

    def hear(self, event: "ModelEvent | AnswerEvent") -> AnswerEvent | None:
        """Take what the model says; what the caller is told of it. What is for the caller passes."""
        match event:
            case TextDelta(text):
                self.text.append(text)
                return Token(text)
            case CitedSpan():
                self.spans.append(event)
                return None
            case Thought(description):
                return Thinking(description)
            case Finished():
                self.finished = event
                return Failed(event.error) if event.reason == "error" else None
            case _:
                return event

    def citations(self) -> tuple[Citation, ...]:
        """Where the answer comes from, best first; a model that writes JSON cannot say from where."""
        if self.finished.reason == "error" or not self.text:
            return ()
        if self.opened.assistant.json_mode and not self.spans:
            return tuple(uncited(self.passages))
        return tuple(gather(self.passages, self.spans))

    def stored(self) -> StoredAnswer:
        """The new turns, and what was said so far."""
        return StoredAnswer(
            user_id=self.question.user_id,
            assistant_id=self.opened.assistant.id,
            conversation_uuid=self.conversation_uuid,
            is_new=self.opened.conversation_uuid is None,
            turns=self._new_turns(),
            text="".join(self.text),
            model=self.model,
            finish_reason=self.finished.reason,
            input_tokens=self.finished.input_tokens,
            output_tokens=self.finished.output_tokens,
        )

    def done(self, *, message_id: int) -> Done:
        """The last event. `message_id`: of the stored answer, else 0."""
        is_known = self.opened.conversation_uuid is not None and not self.question.is_rehearsal
        exists = message_id > 0 or is_known
        return Done(
            finish_reason=self.finished.reason,
            input_tokens=self.finished.input_tokens,
            output_tokens=self.finished.output_tokens,
            conversation_uuid=self.conversation_uuid if exists else None,
            model=self.model,
            message_id=message_id,
        )
