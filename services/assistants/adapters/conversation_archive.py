"""Stored conversations and their feedback in PostgreSQL, for the nameko process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    and_,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from contracts.errors import NotFound
from contracts.rpc.assistants.conversations import (
    Conversation,
    Feedback,
    GiveFeedback,
    RatedAnswer,
    StoredTurn,
)
from services.assistants.adapters.assistant_rows import is_mine
from services.assistants.adapters.tables import assistants, conversations, feedback, messages
from services.assistants.domain.conversation import titled

TITLE_FROM = 500


@dataclass(frozen=True, slots=True)
class PostgresConversationArchive:
    """The port `ConversationArchive`."""

    engine: Engine

    def conversations(
        self, *, user_id: int, assistant_uuid: UUID | None, after: int | None, limit: int
    ) -> list[tuple[int, Conversation]]:
        statement = _conversations(user_id).order_by(conversations.c.id.desc()).limit(limit)
        if after is not None:
            statement = statement.where(conversations.c.id < after)
        with self.engine.connect() as connection:
            if assistant_uuid is not None:
                owned = _assistant_id(connection, user_id, assistant_uuid)
                statement = statement.where(conversations.c.assistant_id == owned)
            rows = connection.execute(statement).mappings().all()
        return [(row["id"], _conversation(row)) for row in rows]

    def conversation(self, *, user_id: int, conversation_id: UUID) -> Conversation:
        statement = _conversations(user_id).where(
            conversations.c.conversation_uuid == conversation_id
        )
        with self.engine.connect() as connection:
            row = connection.execute(statement).mappings().first()
        if row is None:
            raise NotFound(what="conversation")
        return _conversation(row)

    def turns(
        self, *, user_id: int, conversation_id: UUID, after: int | None, limit: int
    ) -> list[StoredTurn]:
        with self.engine.connect() as connection:
            owned = _conversation_id(connection, user_id, conversation_id)
            statement = (
                select(messages, feedback.c.rating, feedback.c.text, feedback.c.updated_at)
                .outerjoin(feedback, feedback.c.message_id == messages.c.id)
                .where(messages.c.conversation_id == owned, messages.c.id > (after or 0))
                .order_by(messages.c.id)
                .limit(limit)
            )
            return [_turn(row) for row in connection.execute(statement)]

    def delete(self, *, user_id: int, conversation_id: UUID) -> None:
        with self.engine.begin() as connection:
            owned = _conversation_id(connection, user_id, conversation_id)
            connection.execute(delete(conversations).where(conversations.c.id == owned))

    def give(self, given: GiveFeedback) -> Feedback:
        """One row per answer; where two give it at once the later one stays."""
        with self.engine.begin() as connection:
            owned = _conversation_id(connection, given.user_id, given.conversation_id)
            answer = select(messages.c.id).where(
                messages.c.id == given.message_id,
                messages.c.conversation_id == owned,
                messages.c.role == "assistant",
            )
            if connection.execute(answer.with_for_update(key_share=True)).first() is None:
                raise NotFound(what="message")
            if given.rating is None:
                gone = delete(feedback).where(feedback.c.message_id == given.message_id)
                connection.execute(gone)
                now = connection.execute(select(func.clock_timestamp())).scalar_one()
                return Feedback(message_id=given.message_id, rating=None, text="", updated_at=now)
            row = connection.execute(_rated(given)).mappings().one()
        return Feedback.model_validate(dict(row))

    def rated(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID,
        rating: str | None,
        after: int | None,
        limit: int,
    ) -> list[RatedAnswer]:
        statement = _rated_answers().order_by(messages.c.id.desc()).limit(limit)
        if rating is not None:
            statement = statement.where(feedback.c.rating == rating)
        if after is not None:
            statement = statement.where(messages.c.id < after)
        with self.engine.connect() as connection:
            owned = _assistant_id(connection, user_id, assistant_uuid)
            rows = connection.execute(statement.where(conversations.c.assistant_id == owned))
            return [RatedAnswer.model_validate(dict(row)) for row in rows.mappings()]


def _conversations(user_id: int) -> Select[Any]:
    """With its assistant, which must be there still."""
    said = messages.c.conversation_id == conversations.c.id
    first = select(func.left(messages.c.content, TITLE_FROM)).where(said, messages.c.role == "user")
    return (
        select(
            conversations.c.id,
            conversations.c.conversation_uuid,
            assistants.c.assistant_uuid,
            first.order_by(messages.c.id).limit(1).scalar_subquery().label("title"),
            select(func.count(messages.c.id)).where(said).scalar_subquery().label("messages"),
            conversations.c.created_at,
            conversations.c.updated_at,
        )
        .join(assistants, assistants.c.id == conversations.c.assistant_id)
        .where(is_mine(user_id), conversations.c.user_id == user_id)
    )


def _conversation(row: Mapping[Any, Any]) -> Conversation:
    values = dict(row)
    return Conversation(
        conversation_id=values.pop("conversation_uuid"),
        title=titled(values.pop("title") or ""),
        **values,
    )


def _turn(row: Row[Any]) -> StoredTurn:
    given = None
    if row.rating is not None:
        given = Feedback(
            message_id=row.id, rating=row.rating, text=row.text, updated_at=row.updated_at
        )
    return StoredTurn(
        message_id=row.id,
        role=row.role,
        content=row.content,
        model=row.model,
        finish_reason=row.finish_reason,
        feedback=given,
        created_at=row.created_at,
    )


def _rated(given: GiveFeedback) -> Any:
    values = {"rating": given.rating, "text": given.text, "updated_at": func.clock_timestamp()}
    return (
        insert(feedback)
        .values(message_id=given.message_id, **values)
        .on_conflict_do_update(index_elements=[feedback.c.message_id], set_=values)
        .returning(*feedback.c)
    )


def _rated_answers() -> Select[Any]:
    asked = messages.alias()
    question = (
        select(asked.c.content)
        .where(
            asked.c.conversation_id == messages.c.conversation_id,
            asked.c.role == "user",
            asked.c.id < messages.c.id,
        )
        .order_by(asked.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            conversations.c.conversation_uuid.label("conversation_id"),
            messages.c.id.label("message_id"),
            func.coalesce(question, "").label("question"),
            messages.c.content.label("answer"),
            feedback.c.rating,
            feedback.c.text,
            feedback.c.updated_at,
        )
        .select_from(feedback)
        .join(messages, messages.c.id == feedback.c.message_id)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
    )


def _assistant_id(connection: Connection, user_id: int, assistant_uuid: UUID) -> int:
    mine = and_(is_mine(user_id), assistants.c.assistant_uuid == assistant_uuid)
    found = connection.execute(select(assistants.c.id).where(mine)).scalar()
    if found is None:
        raise NotFound(what="assistant")
    return int(found)


def _conversation_id(connection: Connection, user_id: int, conversation_id: UUID) -> int:
    statement = (
        select(conversations.c.id)
        .join(assistants, assistants.c.id == conversations.c.assistant_id)
        .where(
            is_mine(user_id),
            conversations.c.user_id == user_id,
            conversations.c.conversation_uuid == conversation_id,
        )
    )
    found = connection.execute(statement).scalar()
    if found is None:
        raise NotFound(what="conversation")
    return int(found)
