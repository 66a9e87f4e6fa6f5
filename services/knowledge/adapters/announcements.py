"""Events on their way out: rows of the outbox, addressed to the exchange `knowledge.events`."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chassis.logs import current_request_id
from chassis.outbox import outgoing
from contracts.events.envelope import Envelope, Event
from services.knowledge.adapters.tables import outbox


def announced(event: Event) -> Any:
    """The insert that announces it; execute it in the transaction that makes it true."""
    envelope = Envelope(
        id=uuid4(),
        type=event.TYPE,
        occurred_at=datetime.now(UTC),
        request_id=current_request_id(),
        data=event.to_wire(),
    )
    return outgoing(
        outbox,
        exchange=f"{event.service()}.events",
        routing_key=event.routing_key(),
        body=envelope.to_wire(),
        message_id=envelope.id,
        must_be_routed=False,
    )
