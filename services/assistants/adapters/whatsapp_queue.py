"""WhatsApp messages in PostgreSQL while they are answered, and what the sweeper mends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.fernet import MultiFernet
from sqlalchemy import Engine, Row, Select, delete, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from services.assistants.adapters.tables import (
    assistants,
    whatsapp_channels,
    whatsapp_messages,
    whatsapp_senders,
)
from services.assistants.adapters.whatsapp_channels import opened
from services.assistants.adapters.whatsapp_inbox import job
from services.assistants.domain.whatsapp_reply import Line, Waiting

LOCK_SPACE = 4096
"""The first half of an advisory lock's key: senders are the second."""
SILENT_FOR = timedelta(minutes=2)
"""Longer than the longest pause between two tries of a job."""
ERROR_CHARACTERS = 1_000
MESSAGE, SENDER, CHANNEL = whatsapp_messages.c, whatsapp_senders.c, whatsapp_channels.c


@dataclass(frozen=True, slots=True)
class PostgresWhatsAppQueue:
    """The port `WhatsAppQueue`."""

    engine: Engine
    box: MultiFernet

    @contextmanager
    def alone(self, sender_id: int) -> Iterator[bool]:
        """By a lock of the session, which PostgreSQL drops with a process that dies."""
        key = (LOCK_SPACE, sender_id % 2**31)
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # closed at the end, which unlocks whatever happened
            yield bool(connection.execute(select(func.pg_try_advisory_lock(*key))).scalar())

    def next(self, sender_id: int) -> Waiting | None:
        with self.engine.begin() as connection:
            touched = update(whatsapp_senders).where(SENDER.id == sender_id)
            connection.execute(touched.values(touched_at=func.clock_timestamp()))
            row = connection.execute(_oldest(sender_id)).first()
            if row is None:
                return None
            tried = update(whatsapp_messages).where(MESSAGE.id == row.id)
            connection.execute(tried.values(tries=MESSAGE.tries + 1))
        return self._waiting(row)

    def answered(
        self, message_id: int, answers: Sequence[str], conversation_uuid: UUID | None
    ) -> None:
        sender = select(MESSAGE.sender_id).where(MESSAGE.id == message_id).scalar_subquery()
        talk = update(whatsapp_senders).where(SENDER.id == sender)
        with self.engine.begin() as connection:
            connection.execute(_of(message_id).values(answers=list(answers)))
            connection.execute(talk.values(conversation_uuid=conversation_uuid))

    def sent(self, message_id: int, wamid: str) -> None:
        more = MESSAGE.sent_ids.op("||")(literal([wamid], JSONB))
        self._settle(message_id, is_well=True, sent_ids=more)

    def done(self, message_id: int) -> None:
        self._settle(message_id, state="sent", error=None, tries=0)

    def wait(self, message_id: int, reason: str) -> None:
        self._settle(message_id, error=reason[:ERROR_CHARACTERS], tries=0)

    def fail(self, message_id: int, reason: str) -> None:
        told = reason[:ERROR_CHARACTERS]
        with self.engine.begin() as connection:
            connection.execute(_of(message_id).values(state="failed", error=told))
            connection.execute(_channel_of(message_id).values(last_error=told))

    def _settle(self, message_id: int, *, is_well: bool = False, **values: Any) -> None:
        """is_well: the channel works again, whatever was wrong with it."""
        with self.engine.begin() as connection:
            connection.execute(_of(message_id).values(**values))
            if is_well:
                mended = _channel_of(message_id).where(CHANNEL.last_error.is_not(None))
                connection.execute(mended.values(last_error=None))

    def _waiting(self, row: Row[Any]) -> Waiting:
        line = None
        if row.assistant_uuid is not None:
            line = Line(
                channel_id=row.channel_id,
                user_id=row.user_id,
                assistant_uuid=row.assistant_uuid,
                phone_number_id=row.phone_number_id,
                access_token=opened(self.box, row.sealed)["access_token"],
            )
        return Waiting(
            id=row.id,
            line=line,
            sender=row.wa_id,
            conversation_uuid=row.conversation_uuid,
            wamid=row.wamid,
            kind=row.kind,
            text=row.text,
            written_at=row.written_at,
            received_at=row.received_at,
            answers=None if row.answers is None else tuple(row.answers),
            sent=len(row.sent_ids),
            tries=row.tries,
        )


@dataclass(frozen=True, slots=True)
class PostgresWhatsAppCare:
    """The port `WhatsAppCare`."""

    engine: Engine

    def announce_waiting(self) -> int:
        waits = exists().where(MESSAGE.sender_id == SENDER.id, MESSAGE.state == "waiting")
        silent = SENDER.touched_at < func.now() - SILENT_FOR
        announced = (
            update(whatsapp_senders)
            .where(silent, waits)
            .values(touched_at=func.clock_timestamp())
            .returning(SENDER.id)
        )
        with self.engine.begin() as connection:
            senders = connection.execute(announced).scalars().all()
            for sender_id in senders:
                connection.execute(job(sender_id))
        return len(senders)

    def forget_settled(self, older_than: timedelta) -> int:
        old = MESSAGE.received_at < func.now() - older_than
        gone = delete(whatsapp_messages).where(old, MESSAGE.state != "waiting")
        with self.engine.begin() as connection:
            return len(connection.execute(gone.returning(MESSAGE.id)).all())


def _oldest(sender_id: int) -> Select[Any]:
    own = (assistants.c.id == CHANNEL.assistant_id) & assistants.c.deleted_at.is_(None)
    return (
        select(
            whatsapp_messages,
            SENDER.wa_id,
            SENDER.conversation_uuid,
            CHANNEL.user_id,
            CHANNEL.phone_number_id,
            CHANNEL.sealed,
            assistants.c.assistant_uuid,
        )
        .join(whatsapp_senders, SENDER.id == MESSAGE.sender_id)
        .join(whatsapp_channels, CHANNEL.id == MESSAGE.channel_id)
        .outerjoin(assistants, own)
        .where(MESSAGE.sender_id == sender_id, MESSAGE.state == "waiting")
        .order_by(MESSAGE.id)
        .limit(1)
    )


def _of(message_id: int) -> Any:
    return update(whatsapp_messages).where(MESSAGE.id == message_id)


def _channel_of(message_id: int) -> Any:
    channel = select(MESSAGE.channel_id).where(MESSAGE.id == message_id).scalar_subquery()
    return update(whatsapp_channels).where(CHANNEL.id == channel)
