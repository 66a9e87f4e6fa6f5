"""Set which knowledge base an assistant answers from."""

from dataclasses import dataclass

from contracts.rpc.assistants.configurations import KnowledgeBaseSet, SetKnowledgeBase
from services.assistants.ports import Assistants, KnowledgeBases


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKnowledgeBaseOf:
    """Endpoint 35."""

    assistants: Assistants

    def __call__(
        self, request: SetKnowledgeBase, *, knowledge_bases: KnowledgeBases
    ) -> KnowledgeBaseSet:
        """Raises NotFound (assistant before knowledge_base), Unavailable; then nothing has changed."""
        user_id, assistant_uuid = request.user_id, request.assistant_uuid
        chosen = None
        if request.knowledge_base is not None:
            self.assistants.get(user_id=user_id, assistant_uuid=assistant_uuid)
            chosen = knowledge_bases.resolve(user_id=user_id, knowledge_base=request.knowledge_base)
        changed = self.assistants.change(
            user_id=user_id, assistant_uuid=assistant_uuid, changes={"knowledge_base": chosen}
        )
        return KnowledgeBaseSet(knowledge_base=changed.knowledge_base)
