"""List what a knowledge base holds."""

from dataclasses import dataclass

from chassis.pages import first_page
from contracts.rpc.knowledge import Documents, KnowledgeBaseOf, ListDocuments
from services.knowledge import ports
from services.knowledge.usecases.describe_document import DescribeDocument
from services.knowledge.usecases.find_knowledge_base import FindKnowledgeBase

PAGE_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDocuments:
    """Endpoint 6, and 11 for the other kinds."""

    find_base: FindKnowledgeBase
    documents: ports.Documents
    describe: DescribeDocument

    def __call__(self, request: ListDocuments) -> Documents:
        """Raises NotFound. Oldest first."""
        base = self.find_base(
            KnowledgeBaseOf(user_id=request.user_id, knowledge_base=request.knowledge_base)
        )
        stored = self.documents.of_base(
            user_id=request.user_id,
            knowledge_base_id=base.id,
            kind=request.kind,
            after=request.after,
            limit=PAGE_ROWS + 1,
        )
        page, last = first_page(
            stored, at_most=PAGE_ROWS, id_of=lambda each: each.id, tell=self.describe
        )
        return Documents(documents=page, next=last)
