"""stored conversations over RPC: a part of the service `assistants`."""

from chassis.nameko_door import Wired, answers
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
from services.assistants.wiring.rpc import Application


class ConversationsDoor:
    """The protocol `contracts.rpc.assistants.conversations.ConversationArchive`."""

    name = "assistants"
    app: Application = Wired()

    @answers(ListConversations)
    def list_conversations(self, request: ListConversations) -> Conversations:
        return self.app.conversations.list_conversations(request)

    @answers(ConversationOf)
    def get_conversation(self, request: ConversationOf) -> Conversation:
        return self.app.conversations.get(request)

    @answers(ListTurns)
    def list_turns(self, request: ListTurns) -> StoredTurns:
        return self.app.conversations.list_turns(request)

    @answers(ConversationOf)
    def delete_conversation(self, request: ConversationOf) -> ConversationDeleted:
        return self.app.conversations.delete(request)

    @answers(GiveFeedback)
    def give_feedback(self, request: GiveFeedback) -> Feedback:
        return self.app.conversations.give_feedback(request)

    @answers(ListFeedback)
    def list_feedback(self, request: ListFeedback) -> RatedAnswers:
        return self.app.conversations.list_feedback(request)
