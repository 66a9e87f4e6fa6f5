"""Stored conversations: shown, deleted, and their answers rated."""

from dataclasses import dataclass

from chassis.pages import first_page
from contracts.rpc.assistants.conversations import (
    Conversation,
    ConversationDeleted,
    ConversationOf,
    Conversations,
    Feedback,
    GiveFeedback,
    ListConversations,
    ListFeedback,
    ListTurns,
    RatedAnswers,
    StoredTurns,
)
from services.assistants.ports import ConversationArchive

PAGE_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredConversations:
    """What the archive has, in pages where it may be much."""

    archive: ConversationArchive

    def list_conversations(self, request: ListConversations) -> Conversations:
        """A page in the order of ids, sorted in itself: newest first, by last change. Raises NotFound."""
        found = self.archive.conversations(
            user_id=request.user_id,
            assistant_uuid=request.assistant_uuid,
            after=request.after,
            limit=PAGE_ROWS + 1,
        )
        page, last = first_page(
            found, at_most=PAGE_ROWS, id_of=lambda row: row[0], tell=lambda row: row[1]
        )
        page.sort(key=lambda each: each.updated_at, reverse=True)
        return Conversations(conversations=page, next=last)

    def get(self, request: ConversationOf) -> Conversation:
        """Raises NotFound."""
        return self.archive.conversation(
            user_id=request.user_id, conversation_id=request.conversation_id
        )

    def list_turns(self, request: ListTurns) -> StoredTurns:
        """Raises NotFound."""
        found = self.archive.turns(
            user_id=request.user_id,
            conversation_id=request.conversation_id,
            after=request.after,
            limit=PAGE_ROWS + 1,
        )
        page, last = first_page(
            found, at_most=PAGE_ROWS, id_of=lambda turn: turn.message_id, tell=lambda turn: turn
        )
        return StoredTurns(turns=page, next=last)

    def delete(self, request: ConversationOf) -> ConversationDeleted:
        """Raises NotFound."""
        self.archive.delete(user_id=request.user_id, conversation_id=request.conversation_id)
        return ConversationDeleted(conversation_id=request.conversation_id)

    def give_feedback(self, request: GiveFeedback) -> Feedback:
        """Raises NotFound."""
        return self.archive.give(request)

    def list_feedback(self, request: ListFeedback) -> RatedAnswers:
        """Raises NotFound."""
        found = self.archive.rated(
            user_id=request.user_id,
            assistant_uuid=request.assistant_uuid,
            rating=request.rating,
            after=request.after,
            limit=PAGE_ROWS + 1,
        )
        page, last = first_page(
            found, at_most=PAGE_ROWS, id_of=lambda each: each.message_id, tell=lambda each: each
        )
        return RatedAnswers(feedback=page, next=last)
