"""Delete a document."""

from dataclasses import dataclass

import structlog

from contracts.errors import NotFound
from contracts.rpc.knowledge import DocumentOf, DocumentRemoved
from services.knowledge.ports import Documents

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDocument:
    """Endpoints 7, 12, 29, 30 and 45: a file, an Excel or a data Excel; pages go with their link."""

    documents: Documents

    def __call__(self, request: DocumentOf) -> DocumentRemoved:
        """Raises NotFound. Found no more from now on; the sweeper takes its bytes and vectors."""
        kind = self.documents.remove(user_id=request.user_id, document_id=request.document_id)
        if kind is None:
            raise NotFound(what="document")
        log.info("document_removed", document_id=request.document_id, kind=kind)
        return DocumentRemoved(document_id=request.document_id, kind=kind)
