"""Messages that leave with a transaction: written as rows beside the change, published afterwards.

At least once: a crash between the broker's confirm and the delete publishes a row again, under the
same message id. Oldest first; several relays may run, each row is taken by one.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from kombu import Connection, Producer
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Engine,
    Identity,
    MetaData,
    Table,
    Text,
    Uuid,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.logs import REQUEST_ID, current_request_id
from contracts.events.envelope import Envelope, Event

CONFIRM_TIMEOUT_S = 10


def outbox_table(metadata: MetaData) -> Table:
    """The table, for a service's own metadata and migrations."""
    return Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("message_id", Uuid, nullable=False, unique=True),
        Column("exchange", Text, nullable=False),
        Column("routing_key", Text, nullable=False),
        Column("must_be_routed", Boolean, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", JSONB, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


def outgoing(
    table: Table,
    *,
    exchange: str,
    routing_key: str,
    body: dict[str, Any],
    message_id: UUID | None = None,
    must_be_routed: bool,
) -> Any:
    """The insert that announces `body`; execute it in the transaction that makes it true."""
    return insert(table).values(
        message_id=message_id or uuid4(),
        exchange=exchange,
        routing_key=routing_key,
        must_be_routed=must_be_routed,
        headers={REQUEST_ID: current_request_id()},
        body=body,
    )


def announcement(table: Table, event: Event) -> Any:
    """The insert that announces a fact; execute it in the transaction that makes it true."""
    envelope = Envelope(
        id=uuid4(),
        type=event.TYPE,
        occurred_at=datetime.now(UTC),
        request_id=current_request_id(),
        data=event.to_wire(),
    )
    return outgoing(
        table,
        exchange=f"{event.service()}.events",
        routing_key=event.routing_key(),
        body=envelope.to_wire(),
        message_id=envelope.id,
        must_be_routed=False,  # nobody has to listen to a fact
    )


class Relay:
    """Publishes what the outbox holds."""

    def __init__(self, engine: Engine, table: Table, *, batch: int = 200) -> None:
        self.engine = engine
        self.table = table
        self.batch = batch

    def run_once(self, producer: Producer) -> int:
        """Publish up to one batch, oldest first. Returns how many; raises what kombu raises."""
        table = self.table
        oldest = (
            select(table).order_by(table.c.id).limit(self.batch).with_for_update(skip_locked=True)
        )
        with self.engine.begin() as connection:
            rows = connection.execute(oldest).all()
            for row in rows:
                producer.publish(
                    row.body,
                    exchange=row.exchange,
                    routing_key=row.routing_key,
                    message_id=str(row.message_id),
                    headers=row.headers,
                    mandatory=row.must_be_routed,
                    delivery_mode=2,
                    serializer="json",
                    retry=False,
                    timeout=CONFIRM_TIMEOUT_S,
                    confirm_timeout=CONFIRM_TIMEOUT_S,
                )
            if rows:
                connection.execute(delete(table).where(table.c.id.in_([row.id for row in rows])))
        return len(rows)


def bus_connection(amqp_url: str) -> Connection:
    """A kombu connection with confirms, heartbeats and short tries; nothing is opened yet."""
    return Connection(
        amqp_url,
        heartbeat=30,
        connect_timeout=5,
        transport_options={
            "confirm_publish": True,
            "max_retries": 1,
            "interval_start": 0.2,
            "interval_step": 0.5,
            "interval_max": 2,
        },
    )
