"""Clear the references to a knowledge base that is gone."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from contracts.events.knowledge import KnowledgeBaseDeleted
from services.assistants.ports import Assistants

log = structlog.get_logger(__name__)
CONSUMER = "assistants.on_knowledge_base_deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetKnowledgeBase:
    """Told by knowledge; the same message again changes nothing."""

    assistants: Assistants

    def __call__(self, event: KnowledgeBaseDeleted, *, message_id: UUID) -> None:
        cleared = self.assistants.forget_knowledge_base(
            knowledge_base=event.knowledge_base_uuid, consumer=CONSUMER, message_id=message_id
        )
        log.info(
            "knowledge_base_forgotten",
            knowledge_base=str(event.knowledge_base_uuid),
            assistants=cleared,
        )
