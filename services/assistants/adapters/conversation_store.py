"""Conversations in PostgreSQL, for the asyncio process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.errors import NotFound
from contracts.rpc.assistants.configurations import Assistant
from services.assistants.adapters.assistant_rows import assistant_of, columns, is_mine, made_default
from services.assistants.adapters.tables import assistants, conversations, messages
from services.assistants.domain.answer import StoredAnswer
from services.assistants.domain.conversation import MAX_MESSAGES, OpenedConversation, Turn


@dataclass(frozen=True, slots=True)
class PostgresConversations:
    """The port `Conversations`."""

    engine: AsyncEngine

    async def open(
        self, *, user_id: int, assistant_uuid: UUID | None, conversation_uuid: UUID | None
    ) -> OpenedConversation:
        async with self._reading() as connection:
            history: tuple[Turn, ...] = ()
            if conversation_uuid is not None:
                history = await _history(connection, user_id, conversation_uuid)
            statement = _answering(user_id, assistant_uuid, conversation_uuid)
            row = (await connection.execute(statement)).mappings().first()
        if row is not None:
            assistant = assistant_of(row)
        elif assistant_uuid is None and conversation_uuid is None:
            assistant = await self._default(user_id)
        else:
            raise NotFound(what="assistant" if assistant_uuid else "conversation")
        return OpenedConversation(
            assistant=assistant, conversation_uuid=conversation_uuid, history=history
        )

    async def keep(self, answer: StoredAnswer) -> int:
        async with self.engine.begin() as connection:
            conversation_id = await _conversation_id(connection, answer)
            rows = [
                {"conversation_id": conversation_id, "role": turn.role, "content": turn.content}
                for turn in answer.turns
            ]
            await connection.execute(insert(messages), rows)
            said = insert(messages).values(_answer_row(conversation_id, answer))
            return int((await connection.execute(said.returning(messages.c.id))).scalar_one())

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        """Statements on their own: a transaction would cost two round trips more."""
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection

    async def _default(self, user_id: int) -> Assistant:
        async with self.engine.begin() as connection:
            made = await connection.execute(made_default(user_id=user_id, new_uuid=uuid4()))
            return assistant_of(made.mappings().one())


def _answering(
    user_id: int, assistant_uuid: UUID | None, conversation_uuid: UUID | None
) -> Select[Any]:
    """The assistant meant: the one named, else the conversation's, else the default one."""
    table = assistants.c
    mine = select(*columns()).where(is_mine(user_id))
    if assistant_uuid is not None:
        return mine.where(table.assistant_uuid == assistant_uuid)
    if conversation_uuid is None:
        return mine.where(table.is_default)
    talked = conversations.c
    return mine.join(conversations, talked.assistant_id == table.id).where(
        talked.user_id == user_id, talked.conversation_uuid == conversation_uuid
    )


async def _history(
    connection: AsyncConnection, user_id: int, conversation_uuid: UUID
) -> tuple[Turn, ...]:
    """The newest turns, oldest first. Raises NotFound, also when its assistant was deleted."""
    table = conversations.c
    statement = (
        select(messages.c.role, messages.c.content)
        .select_from(conversations)
        .join(assistants, assistants.c.id == table.assistant_id)
        .outerjoin(messages, messages.c.conversation_id == table.id)
        .where(is_mine(user_id), table.conversation_uuid == conversation_uuid)
        .order_by(messages.c.id.desc())
        .limit(MAX_MESSAGES)
    )
    rows = (await connection.execute(statement)).all()
    if not rows:
        raise NotFound(what="conversation")
    return tuple(Turn(role, content) for role, content in reversed(rows) if role is not None)


async def _conversation_id(connection: AsyncConnection, answer: StoredAnswer) -> int:
    table = conversations.c
    if answer.is_new:
        statement: Any = insert(conversations).values(
            conversation_uuid=answer.conversation_uuid,
            user_id=answer.user_id,
            assistant_id=answer.assistant_id,
        )
    else:
        statement = (
            update(conversations)
            .where(
                table.conversation_uuid == answer.conversation_uuid,
                table.user_id == answer.user_id,
            )
            .values(updated_at=func.clock_timestamp())
        )
    return int((await connection.execute(statement.returning(table.id))).scalar_one())


def _answer_row(conversation_id: int, answer: StoredAnswer) -> dict[str, Any]:
    return {
        "conversation_id": conversation_id,
        "role": "assistant",
        "content": answer.text.replace("\x00", ""),  # PostgreSQL stores none
        "model": answer.model,
        "finish_reason": answer.finish_reason,
        "input_tokens": answer.input_tokens,
        "output_tokens": answer.output_tokens,
    }
