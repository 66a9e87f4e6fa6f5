"""assistants' stored conversations over RPC, one method per method of their protocol."""

from contracts.rpc.assistants import conversations
from services.gateway.adapters.rpc.service import Service


class ConversationsRpc(Service):
    """The port `Conversations`."""

    SERVICE = "assistants"
    CAPABILITY = "The assistants service"

    async def list_conversations(
        self, request: conversations.ListConversations
    ) -> conversations.Conversations:
        listed = await self._ask_all(
            "list_conversations", request, conversations.Conversations, "conversations"
        )
        listed.conversations.sort(key=lambda each: each.updated_at, reverse=True)
        return listed

    async def get_conversation(
        self, request: conversations.ConversationOf
    ) -> conversations.Conversation:
        return await self._ask("get_conversation", request, conversations.Conversation)

    async def list_turns(self, request: conversations.ListTurns) -> conversations.StoredTurns:
        return await self._ask_all("list_turns", request, conversations.StoredTurns, "turns")

    async def delete_conversation(
        self, request: conversations.ConversationOf
    ) -> conversations.ConversationDeleted:
        return await self._ask("delete_conversation", request, conversations.ConversationDeleted)

    async def give_feedback(self, request: conversations.GiveFeedback) -> conversations.Feedback:
        return await self._ask("give_feedback", request, conversations.Feedback)

    async def list_feedback(
        self, request: conversations.ListFeedback
    ) -> conversations.RatedAnswers:
        return await self._ask_all("list_feedback", request, conversations.RatedAnswers, "feedback")
