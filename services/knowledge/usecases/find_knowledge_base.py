"""Tell users of their knowledge bases."""

from dataclasses import dataclass

from contracts.errors import NotFound
from contracts.rpc.knowledge import KnowledgeBase, KnowledgeBaseOf, KnowledgeBases, UserRef
from services.knowledge import ports
from services.knowledge.domain.references import parse_reference


def no_such_base() -> NotFound:
    """The same for one that is somebody else's."""
    return NotFound(what="knowledge_base")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindKnowledgeBase:
    """By integer id or UUID."""

    bases: ports.KnowledgeBases

    def __call__(self, request: KnowledgeBaseOf) -> KnowledgeBase:
        """Raises NotFound."""
        reference = parse_reference(request.knowledge_base)
        found = (
            self.bases.find(user_id=request.user_id, reference=reference)
            if reference is not None
            else None
        )
        if found is None:
            raise no_such_base()
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKnowledgeBases:
    """Endpoint 36."""

    bases: ports.KnowledgeBases

    def __call__(self, request: UserRef) -> KnowledgeBases:
        """Newest first."""
        return KnowledgeBases(knowledge_bases=self.bases.of_user(request.user_id))
