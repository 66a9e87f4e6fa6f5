"""Stored conversations: listed, read, deleted, and their answers rated."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from contracts.rpc.assistants.conversations import (
    Conversation,
    ConversationOf,
    Feedback,
    GiveFeedback,
    ListConversations,
    ListFeedback,
    ListTurns,
    RatedAnswer,
    Rating,
    StoredTurn,
)
from contracts.shapes import LongText, RowId, Shape
from services.gateway.entrypoints.http.bodies import OptionalUuid
from services.gateway.entrypoints.http.body import BodyOf, QueryOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.routing import private_router

router = private_router("conversations")
ALL = "/api/analytics/conversations/"
ONE = f"{ALL}{{conversation_id:uuid}}/"


class WhichConversations(Shape):
    """Of one assistant, or of all."""

    assistant_uuid: OptionalUuid = None


class WholeConversation(Conversation):
    """With its messages, oldest first."""

    turns: list[StoredTurn]


class GivenFeedback(Shape):
    """`message_id` is the one of the `done` line, or of a turn; `rating` null takes it back."""

    message_id: RowId
    rating: Rating | None
    text: LongText = ""


class WhichFeedback(Shape):
    """Both kinds, or one."""

    rating: Rating | None = None


GIVEN = BodyOf(GivenFeedback, example={"message_id": 1, "rating": "down", "text": "Out of date."})


@router.get(ALL, summary="List conversations", responses={404: {}})
async def list_conversations(
    app: App,
    user_id: Caller,
    query: Annotated[WhichConversations, Depends(QueryOf(WhichConversations))],
) -> list[Conversation]:
    """Newest first, by last change; `title` is the first question, shortened."""
    request = ListConversations(user_id=user_id, assistant_uuid=query.assistant_uuid)
    return (await app.conversations.list_conversations(request)).conversations


@router.get(ONE, summary="Read a conversation")
async def read_conversation(app: App, user_id: Caller, conversation_id: UUID) -> WholeConversation:
    """All its messages, with what was thought of its answers."""
    which = ConversationOf(user_id=user_id, conversation_id=conversation_id)
    told = await app.conversations.get_conversation(which)
    turns = await app.conversations.list_turns(ListTurns(**which.model_dump()))
    return WholeConversation(**told.model_dump(), turns=turns.turns)


@router.delete(ONE, status_code=204, summary="Delete a conversation")
async def delete_conversation(app: App, user_id: Caller, conversation_id: UUID) -> Response:
    """With its messages and their feedback; it cannot be continued any more."""
    which = ConversationOf(user_id=user_id, conversation_id=conversation_id)
    await app.conversations.delete_conversation(which)
    return Response(status_code=204)


@router.post(f"{ONE}feedback/", summary="Rate an answer")
async def give_feedback(
    app: App,
    user_id: Caller,
    conversation_id: UUID,
    body: Annotated[GivenFeedback, Depends(GIVEN)],
) -> Feedback:
    """`up` or `down`, with a text; once more it replaces what was said, and `null` takes it back."""
    request = GiveFeedback(user_id=user_id, conversation_id=conversation_id, **body.model_dump())
    with referring(message="message_id"):
        return await app.conversations.give_feedback(request)


@router.get(
    "/api/analytics/assistant/{assistant_uuid:uuid}/feedback/",
    summary="List the rated answers of an assistant",
)
async def list_feedback(
    app: App,
    user_id: Caller,
    assistant_uuid: UUID,
    query: Annotated[WhichFeedback, Depends(QueryOf(WhichFeedback))],
) -> list[RatedAnswer]:
    """Youngest answer first, each with its question: what a test suite can be made of."""
    request = ListFeedback(user_id=user_id, assistant_uuid=assistant_uuid, rating=query.rating)
    return (await app.conversations.list_feedback(request)).feedback
