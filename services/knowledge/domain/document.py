"""Stored documents and pending uploads, as use cases see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.rpc.knowledge import DocumentStatus, Kind

MISSING_UPLOAD = "The file has not been uploaded."


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document's row. error: why its last indexing failed. chunks: searchable now.

    summary: of a data Excel's tables.
    """

    id: int
    name: str
    kind: Kind
    object_key: str
    status: DocumentStatus
    error: str | None
    size_bytes: int
    uploaded_at: datetime
    chunks: int
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDocument:
    """What a file name may mean."""

    id: int
    name: str
    kind: Kind
    knowledge_base_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A ticket. document_id: set once it was completed; rejection: once its bytes were refused.

    refreshes: the document that these bytes are new ones of.
    """

    id: UUID
    user_id: int
    knowledge_base_id: int
    name: str
    kind: Kind
    object_key: str
    size_bytes: int
    expires_at: datetime
    document_id: int | None = None
    rejection: str | None = None
    refreshes: int | None = None
