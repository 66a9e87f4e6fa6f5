"""assistants answers: stored conversations, and what people thought of the answers in them."""

from typing import Literal, Protocol
from uuid import UUID

from contracts.rpc.assistants.configurations import AssistantOf
from contracts.shapes import Instant, LongText, RowId, Shape, UserId

Rating = Literal["up", "down"]


class ListConversations(Shape):
    """The page behind `after`, which is `next` of the page before; of one assistant, or of all."""

    user_id: UserId
    assistant_uuid: UUID | None = None
    after: RowId | None = None


class Conversation(Shape):
    """`title` is its first question, shortened; `messages` counts questions and answers."""

    conversation_id: UUID
    assistant_uuid: UUID
    title: str
    messages: int
    created_at: Instant
    updated_at: Instant


class Conversations(Shape):
    """A page, newest first (by last change); pages go by age, so whoever joins pages sorts them again."""

    conversations: list[Conversation]
    next: RowId | None = None


class ConversationOf(Shape):
    """One conversation of one user."""

    user_id: UserId
    conversation_id: UUID


class ListTurns(ConversationOf):
    """The page behind `after`, oldest first."""

    after: RowId | None = None


class Feedback(Shape):
    """`rating` is None where it was taken back."""

    message_id: RowId
    rating: Rating | None
    text: str
    updated_at: Instant


class StoredTurn(Shape):
    """One message. `model`, `finish_reason` and `feedback` are of answers only."""

    message_id: RowId
    role: str
    content: str
    model: str | None
    finish_reason: str | None
    feedback: Feedback | None
    created_at: Instant


class StoredTurns(Shape):
    """A page, oldest first. `next` is None on the last one."""

    turns: list[StoredTurn]
    next: RowId | None = None


class ConversationDeleted(Shape):
    """Its messages and their feedback went with it."""

    conversation_id: UUID


class GiveFeedback(ConversationOf):
    """On one answer; given again it replaces what was said, and without a rating it takes it back."""

    message_id: RowId
    rating: Rating | None = None
    text: LongText = ""


class ListFeedback(AssistantOf):
    """The page behind `after`; `rating` picks one kind."""

    rating: Rating | None = None
    after: RowId | None = None


class RatedAnswer(Shape):
    """An answer with its question, as an evaluation needs them."""

    conversation_id: UUID
    message_id: RowId
    question: str
    answer: str
    rating: Rating
    text: str
    updated_at: Instant


class RatedAnswers(Shape):
    """A page, youngest answer first. `next` is None on the last one."""

    feedback: list[RatedAnswer]
    next: RowId | None = None


class ConversationArchive(Protocol):
    """Of RPC service `assistants`. NotFound has `what`: assistant, conversation, message."""

    def list_conversations(self, request: ListConversations) -> Conversations:
        """Those with assistants that are there. Raises NotFound (assistant)."""

    def get_conversation(self, request: ConversationOf) -> Conversation:
        """Raises NotFound."""

    def list_turns(self, request: ListTurns) -> StoredTurns:
        """Raises NotFound."""

    def delete_conversation(self, request: ConversationOf) -> ConversationDeleted:
        """It cannot be continued any more. Raises NotFound, also when it is called again."""

    def give_feedback(self, request: GiveFeedback) -> Feedback:
        """Raises NotFound (conversation; message: none of its answers)."""

    def list_feedback(self, request: ListFeedback) -> RatedAnswers:
        """Raises NotFound (assistant)."""
