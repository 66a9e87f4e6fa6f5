"""See to it that an assistant has a knowledge base."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from contracts.rpc.assistants.configurations import Assistant, AssistantOf, KnowledgeBaseSet
from services.assistants.ports import Assistants, KnowledgeBases

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsureKnowledgeBase:
    """For endpoint 26: a link may be added to an assistant that has none yet."""

    assistants: Assistants

    def __call__(
        self, request: AssistantOf, *, knowledge_bases: KnowledgeBases
    ) -> KnowledgeBaseSet:
        """Raises NotFound, Unavailable; then none is set. Called at the same time, it makes one."""

        def make(assistant: Assistant) -> UUID:
            made = knowledge_bases.create(user_id=request.user_id, name=assistant.assistant_name)
            log.info("knowledge_base_made_for_assistant", knowledge_base=str(made))
            return made

        chosen = self.assistants.ensure_knowledge_base(
            user_id=request.user_id, assistant_uuid=request.assistant_uuid, make=make
        )
        return KnowledgeBaseSet(knowledge_base=chosen)
