"""Let a user put new bytes for one document into the object store."""

from dataclasses import dataclass

from contracts.errors import InvalidRequest, NotFound
from contracts.rpc.knowledge import BeginRefresh, KnowledgeBase, KnowledgeBaseOf, UploadTicket
from services.knowledge.domain.document import NamedDocument
from services.knowledge.domain.media_types import safe_file_name
from services.knowledge.ports import Documents
from services.knowledge.usecases.find_knowledge_base import FindKnowledgeBase
from services.knowledge.usecases.issue_ticket import IssueTicket

AMBIGUOUS = "Several knowledge bases hold a file of this name: say which one is meant."


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareRefresh:
    """The first half of endpoint 5. Of several of one name in a knowledge base the newest is meant."""

    find_base: FindKnowledgeBase
    documents: Documents
    issue: IssueTicket

    def __call__(self, request: BeginRefresh) -> UploadTicket:
        """Raises NotFound, InvalidRequest on `kb_uuid` or `file`, TooLarge; then there is no ticket."""
        document = self._meant(request)
        base = self._base(request.user_id, str(document.knowledge_base_id))
        return self.issue(
            user_id=request.user_id,
            base=base,
            name=document.name,
            kind=document.kind,
            size_bytes=request.size_bytes,
            refreshes=document.id,
        )

    def _meant(self, request: BeginRefresh) -> NamedDocument:
        reference = request.knowledge_base
        base = None if reference is None else self._base(request.user_id, reference)
        found = self.documents.named(
            user_id=request.user_id,
            name=safe_file_name(request.file_name),
            knowledge_base_id=base.id if base else None,
        )
        if not found:
            raise NotFound(what="document")
        if len({each.knowledge_base_id for each in found}) > 1:
            raise InvalidRequest.on("kb_uuid", AMBIGUOUS)
        return found[0]

    def _base(self, user_id: int, reference: str) -> KnowledgeBase:
        return self.find_base(KnowledgeBaseOf(user_id=user_id, knowledge_base=reference))
