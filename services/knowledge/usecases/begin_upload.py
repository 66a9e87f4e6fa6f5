"""Let a user put one file into the object store."""

from dataclasses import dataclass

from contracts.rpc.knowledge import BeginUpload, KnowledgeBaseOf, UploadTicket
from services.knowledge.domain.media_types import safe_file_name
from services.knowledge.usecases.find_knowledge_base import FindKnowledgeBase
from services.knowledge.usecases.issue_ticket import IssueTicket


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareUpload:
    """The first half of endpoints 4, 10 and 44."""

    find_base: FindKnowledgeBase
    issue: IssueTicket

    def __call__(self, request: BeginUpload) -> UploadTicket:
        """Raises NotFound, InvalidRequest on `file`, TooLarge; then there is no ticket."""
        base = self.find_base(
            KnowledgeBaseOf(user_id=request.user_id, knowledge_base=request.knowledge_base)
        )
        return self.issue(
            user_id=request.user_id,
            base=base,
            name=safe_file_name(request.file_name),
            kind=request.kind,
            size_bytes=request.size_bytes,
        )
