"""What assistants' use cases need from outside."""

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from contracts.rpc.assistants.configurations import Assistant, AssistantSummary
from contracts.rpc.assistants.conversations import (
    Conversation,
    Feedback,
    GiveFeedback,
    RatedAnswer,
    StoredTurn,
)
from contracts.rpc.assistants.tools import UserToolFields
from contracts.rpc.assistants.whatsapp import WhatsAppChannel
from services.assistants.domain.answer import (
    Answer,
    AnswerEvent,
    ModelEvent,
    ModelRequest,
    StoredAnswer,
)
from services.assistants.domain.citation import Passage
from services.assistants.domain.conversation import OpenedConversation
from services.assistants.domain.data_question.tables import Described, QueryResult
from services.assistants.domain.endpoint_answer import EndpointAnswer
from services.assistants.domain.model_card import ModelCard
from services.assistants.domain.tool_request import ToolRequest
from services.assistants.domain.tools import ToolOutcome, ToolSpec
from services.assistants.domain.user_tool import OwnTool
from services.assistants.domain.whatsapp_reply import Line, Waiting
from services.assistants.domain.whatsapp_webhook import CalledChannel, Incoming


class Assistants(Protocol):
    """The assistants there are, without deleted ones; each call is one transaction.

    `add` and `change` raise InvalidRequest where the assistant or its prompt would be too long, or a
    selected tool is not the user's.
    """

    def add(self, *, user_id: int, assistant_uuid: UUID, changes: dict[str, Any]) -> Assistant:
        """A new one; what `changes` lacks is the contract's default. The same uuid again: as it is."""

    def get(self, *, user_id: int, assistant_uuid: UUID) -> Assistant:
        """Raises NotFound (what: assistant)."""

    def change(self, *, user_id: int, assistant_uuid: UUID, changes: dict[str, Any]) -> Assistant:
        """Raises NotFound (what: assistant). `changes` may hold `knowledge_base` besides the fields."""

    def default(self, *, user_id: int, new_uuid: UUID) -> Assistant:
        """The user's default one; made, as `new_uuid`, where there is none."""

    def delete(self, *, user_id: int, assistant_uuid: UUID) -> None:
        """Hide it from every other method. Raises NotFound (what: assistant)."""

    def archive(self, *, user_id: int, assistant_uuid: UUID, is_archived: bool | None) -> Assistant:
        """None: the other state than it has. Raises NotFound (what: assistant)."""

    def ensure_knowledge_base(
        self, *, user_id: int, assistant_uuid: UUID, make: Callable[[Assistant], UUID]
    ) -> UUID:
        """The one that is set, else what `make` returns, called by one caller at a time.

        Raises NotFound (what: assistant), and what `make` raises; then nothing has changed.
        """

    def summaries(
        self, *, user_id: int, include_archived: bool, after: int | None, limit: int
    ) -> list[tuple[int, AssistantSummary]]:
        """With their ids, youngest first, those behind the id `after`."""

    def forget_knowledge_base(
        self, *, knowledge_base: UUID, consumer: str, message_id: UUID
    ) -> int:
        """Clear the references to it, once per message. Returns how many assistants lost it."""


class UserRemoval(Protocol):
    """What a user leaves behind."""

    def remove(self, user_id: int, *, consumer: str, message_id: UUID) -> int:
        """Everything of theirs, once per message, in one transaction. Returns how many rows."""


class KnowledgeBases(Protocol):
    """The knowledge service, as far as configurations need it. Every call may raise Unavailable."""

    def resolve(self, *, user_id: int, knowledge_base: str) -> UUID:
        """The UUID of a knowledge base of that user. Raises NotFound (what: knowledge_base)."""

    def create(self, *, user_id: int, name: str) -> UUID:
        """A new, empty one."""

    def start_indexing(self, *, user_id: int, knowledge_base: UUID) -> UUID:
        """The task's id. Raises NotFound (what: knowledge_base)."""


class Conversations(Protocol):
    """Assistants and conversations as chat sees them: one read before the answer, one write after."""

    async def open(
        self, *, user_id: int, assistant_uuid: UUID | None, conversation_uuid: UUID | None
    ) -> OpenedConversation:
        """The assistant that answers, and what was said before in a stored conversation.

        Without `assistant_uuid` the conversation's assistant, else the user's default one, which
        is made at its first need. Raises NotFound (what: assistant, conversation).
        """

    async def keep(self, answer: StoredAnswer) -> int:
        """Store the new turns and the answer in one transaction; a new conversation is made.

        Returns the id of the stored answer.
        """


class ConversationArchive(Protocol):
    """Stored conversations; those with deleted assistants are not found."""

    def conversations(
        self, *, user_id: int, assistant_uuid: UUID | None, after: int | None, limit: int
    ) -> list[tuple[int, Conversation]]:
        """With their ids, youngest first, those behind the id `after`. Raises NotFound (assistant)."""

    def conversation(self, *, user_id: int, conversation_id: UUID) -> Conversation:
        """Raises NotFound (what: conversation)."""

    def turns(
        self, *, user_id: int, conversation_id: UUID, after: int | None, limit: int
    ) -> list[StoredTurn]:
        """Oldest first, those behind the id `after`. Raises NotFound (what: conversation)."""

    def delete(self, *, user_id: int, conversation_id: UUID) -> None:
        """With all that was said in it. Raises NotFound (what: conversation)."""

    def give(self, given: GiveFeedback) -> Feedback:
        """Keep it in the place of an earlier one. Raises NotFound (what: conversation, message)."""

    def rated(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID,
        rating: str | None,
        after: int | None,
        limit: int,
    ) -> list[RatedAnswer]:
        """Youngest answer first, those behind the id `after`. Raises NotFound (what: assistant)."""


class WhatsAppChannels(Protocol):
    """The WhatsApp channels of assistants; those of deleted assistants are not found."""

    def get(self, *, user_id: int, assistant_uuid: UUID) -> WhatsAppChannel:
        """Masked. Raises NotFound (what: assistant, channel)."""

    def save(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID,
        new_uuid: UUID,
        changes: dict[str, Any],
        check: Callable[[set[str]], None],
    ) -> WhatsAppChannel:
        """Made where there is none; `check` is told the fields that are missing, and may raise.

        Raises NotFound (what: assistant).
        """

    def delete(self, *, user_id: int, assistant_uuid: UUID) -> None:
        """With its senders and messages. Raises NotFound (what: assistant, channel)."""

    def called(self, channel_uuid: UUID) -> CalledChannel:
        """Whose webhook that is. Raises NotFound (what: channel)."""


class WhatsAppInbox(Protocol):
    """Messages that are to be answered."""

    def keep(self, channel_id: int, found: Sequence[Incoming], *, per_minute: int) -> int:
        """Those not kept before, with a job for each sender, in one transaction. Returns how many.

        Of one sender `per_minute` wait for an answer, the next becomes `too_many`, the others are
        kept and ignored.
        """


class WhatsAppQueue(Protocol):
    """Messages while they are answered."""

    def alone(self, sender_id: int) -> AbstractContextManager[bool]:
        """Inside nobody else answers this sender; False where somebody does already."""

    def next(self, sender_id: int) -> Waiting | None:
        """The oldest that waits; a try is counted, until one of the words below takes it back."""

    def answered(
        self, message_id: int, answers: Sequence[str], conversation_uuid: UUID | None
    ) -> None:
        """Keep what is to be sent, and the sender's conversation."""

    def sent(self, message_id: int, wamid: str) -> None:
        """One more of the answers has gone."""

    def done(self, message_id: int) -> None:
        """All have gone."""

    def wait(self, message_id: int, reason: str) -> None:
        """It is to be tried again."""

    def fail(self, message_id: int, reason: str) -> None:
        """It is not to be tried again; its channel shows why."""


class WhatsAppCare(Protocol):
    """What the sweeper mends."""

    def announce_waiting(self) -> int:
        """A new job for senders whose messages wait although nobody touched them for a while."""

    def forget_settled(self, older_than: timedelta) -> int:
        """Remove messages that need no answer any more."""


class WhatsAppAnswers(Protocol):
    """Our own chat."""

    def ask(
        self, line: Line, text: str, *, conversation_uuid: UUID | None
    ) -> tuple[tuple[str, ...], UUID | None]:
        """The messages to send, and the conversation they are in. Raises ServiceError."""


class Graph(Protocol):
    """Meta's Graph API."""

    def send(self, line: Line, *, to: str, text: str) -> str:
        """The id that WhatsApp gave to it. Raises GraphBusy, GraphRefused."""

    def mark_read(self, line: Line, wamid: str) -> None:
        """Blue ticks, and "typing": a courtesy, so it never fails."""


class PassageSearch(Protocol):
    """Retrieval in one knowledge base."""

    async def passages(self, *, user_id: int, knowledge_base: UUID, query: str) -> list[Passage]:
        """Best first; empty when nothing is found or indexed. Raises NotFound, Unavailable."""


class DataTables(Protocol):
    """The data Excels of one knowledge base of one user, as tables."""

    async def describe(self, *, user_id: int, knowledge_base: UUID, question: str) -> Described:
        """Without tables where there are none. Raises NotFound, Unavailable."""

    async def query(
        self, *, user_id: int, knowledge_base: UUID, sql: str, max_rows: int
    ) -> QueryResult:
        """One SELECT over them. Raises NotFound, InvalidRequest, TooLarge, Unavailable."""


class ChatModel(Protocol):
    """A model that answers in a stream."""

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Ends with a Finished. Raises InvalidRequest (the model cannot do this), Unavailable.

        Closing it ends the call to the model.
        """


class ModelCards(Protocol):
    """What the model server tells of its models."""

    async def card(self, model: str) -> ModelCard:
        """Soon, and in any case: by its name where the server does not tell."""


class Tool(Protocol):
    """Something that the model may call while it answers."""

    @property
    def spec(self) -> ToolSpec:
        """What the model is told of it."""

    async def __call__(self, arguments: dict[str, Any]) -> ToolOutcome:
        """A failure is an outcome, not an exception. Cancelling it ends the work behind it."""


class Toolbox(Protocol):
    """Where the tools of an answer come from."""

    async def tools(self, answer: Answer) -> Sequence[Tool]:
        """Those that the model may be offered for this answer. May raise Unavailable."""


class UserToolStore(Protocol):
    """The users' tools; each call is one transaction."""

    def add(self, *, user_id: int, uuid: UUID, fields: UserToolFields) -> OwnTool:
        """The same uuid again: as it is."""

    def count(self, *, user_id: int, without: UUID) -> int:
        """How many others the user has."""

    def get(self, *, user_id: int, tool_id: int) -> OwnTool:
        """Raises NotFound (what: user_tool)."""

    def change(
        self, *, user_id: int, tool_id: int, new: Callable[[UserToolFields], UserToolFields]
    ) -> OwnTool:
        """`new` gets the fields as they are. Raises NotFound (what: user_tool), and what it raises."""

    def page(self, *, user_id: int, after: int | None, limit: int) -> list[OwnTool]:
        """Oldest first, those behind the id `after`."""

    def remove(self, *, user_id: int, tool_id: int) -> OwnTool:
        """It, and what assistants had selected of it. Raises NotFound (what: user_tool)."""

    def known(self, *, user_id: int, uuids: Collection[UUID]) -> set[UUID]:
        """Those of them that are the user's."""


class StoredTools(Protocol):
    """The users' tools, as chat reads them."""

    async def get(self, *, user_id: int, tool_id: int) -> OwnTool:
        """Raises NotFound (what: user_tool)."""

    async def selected(self, *, user_id: int, uuids: Collection[UUID]) -> list[OwnTool]:
        """Those of them that are the user's, oldest first."""


class Endpoints(Protocol):
    """The users' endpoints, wherever they are."""

    async def ask(self, request: ToolRequest) -> EndpointAnswer:
        """The last answer after redirects, whatever its status; cancelling it ends the request.

        Raises InvalidRequest (a target that may not be reached), EndpointFailed.
        """


class DirectAnswers(Protocol):
    """Answers that need no model, for models that cannot use tools."""

    async def find(self, answer: Answer) -> AsyncGenerator[ModelEvent | AnswerEvent, None] | None:
        """An answer that ends with a Finished; None where this question is not of its kind.

        Passages that it cites are made citable by `answer.cite_from`. May raise Unavailable.
        """
