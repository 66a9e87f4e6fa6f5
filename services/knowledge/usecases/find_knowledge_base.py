"""Tell users of their knowledge bases."""

from dataclasses import dataclass

from chassis.pages import first_page
from contracts.errors import NotFound
from contracts.rpc.knowledge import (
    KnowledgeBase,
    KnowledgeBaseOf,
    KnowledgeBases,
    ListKnowledgeBases,
)
from services.knowledge import ports
from services.knowledge.domain.references import parse_reference

PAGE_ROWS = 100


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
class ShowKnowledgeBases:
    """Endpoint 36."""

    bases: ports.KnowledgeBases

    def __call__(self, request: ListKnowledgeBases) -> KnowledgeBases:
        """Newest first."""
        found = self.bases.of_user(request.user_id, after=request.after, limit=PAGE_ROWS + 1)
        page, last = first_page(
            found, at_most=PAGE_ROWS, id_of=lambda each: each.id, tell=lambda each: each
        )
        return KnowledgeBases(knowledge_bases=page, next=last)
