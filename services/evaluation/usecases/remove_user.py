"""Remove all that was a user's."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from contracts.events.auth import UserDeleted
from services.evaluation.ports import UserRemoval

log = structlog.get_logger(__name__)
CONSUMER = "evaluation.on_user_deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveUser:
    """Told by auth; the same message again changes nothing."""

    removal: UserRemoval

    def __call__(self, event: UserDeleted, *, message_id: UUID) -> None:
        removed = self.removal.remove(event.user_id, consumer=CONSUMER, message_id=message_id)
        log.info("user_removed", user_id=event.user_id, rows=removed)
