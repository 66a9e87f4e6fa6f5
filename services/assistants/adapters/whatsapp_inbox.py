"""WhatsApp messages come into PostgreSQL: each once, with a job for its sender."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert

from chassis.jobs import JOBS
from chassis.outbox import outgoing
from services.assistants.adapters.tables import outbox, whatsapp_messages, whatsapp_senders
from services.assistants.domain.whatsapp_webhook import Incoming, admitted

WHATSAPP_JOB = "whatsapp"
MESSAGE = whatsapp_messages.c
SENDER = whatsapp_senders.c


@dataclass(frozen=True, slots=True)
class PostgresWhatsAppInbox:
    """The port `WhatsAppInbox`."""

    engine: Engine

    def keep(self, channel_id: int, found: Sequence[Incoming], *, per_minute: int) -> int:
        new = 0
        with self.engine.begin() as connection:
            # in the order of their numbers: two webhook calls never wait for one another
            for sender in sorted({message.sender for message in found}):
                own = [message for message in found if message.sender == sender]
                new += _keep(connection, channel_id, own, per_minute=per_minute)
        return new


def _keep(
    connection: Connection, channel_id: int, found: Sequence[Incoming], *, per_minute: int
) -> int:
    """Of one sender, whose row is locked by this until the commit: ids have the order of arrival."""
    sender_id = connection.execute(_touched(channel_id, found[0].sender)).scalar_one()
    recent = connection.execute(_recent(sender_id)).scalar_one()
    new = 0
    for message in found:
        if connection.execute(
            _row(channel_id, sender_id, message, recent + new, per_minute)
        ).first():
            new += 1
    if new:
        connection.execute(job(sender_id))
    return new


def job(sender_id: int) -> Any:
    """The insert that has the worker look at what waits of a sender."""
    return outgoing(
        outbox,
        exchange=JOBS.name,
        routing_key=WHATSAPP_JOB,
        body={"sender_id": sender_id},
        must_be_routed=True,
    )


def _touched(channel_id: int, sender: str) -> Any:
    return (
        insert(whatsapp_senders)
        .values(channel_id=channel_id, wa_id=sender)
        .on_conflict_do_update(
            index_elements=[SENDER.channel_id, SENDER.wa_id],
            set_={"touched_at": func.clock_timestamp()},
        )
        .returning(SENDER.id)
    )


def _recent(sender_id: int) -> Any:
    since = func.now() - text("interval '1 minute'")
    return (
        select(func.count())
        .select_from(whatsapp_messages)
        .where(MESSAGE.sender_id == sender_id, MESSAGE.received_at > since)
    )


def _row(channel_id: int, sender_id: int, message: Incoming, recent: int, per_minute: int) -> Any:
    kind, state = admitted(message.kind, recent=recent, per_minute=per_minute)
    return (
        insert(whatsapp_messages)
        .values(
            channel_id=channel_id,
            sender_id=sender_id,
            wamid=message.wamid,
            kind=kind,
            text=message.text,
            state=state,
            written_at=message.written_at,
        )
        .on_conflict_do_nothing(index_elements=[MESSAGE.channel_id, MESSAGE.wamid])
        .returning(MESSAGE.id)
    )
