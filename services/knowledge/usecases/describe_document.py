"""How a stored document is told to its owner."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.rpc.knowledge import Document
from services.knowledge.domain.document import StoredDocument
from services.knowledge.ports import ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeDocument:
    """With a link that works for `url_lifetime`."""

    objects: ObjectStore
    url_lifetime: timedelta

    def __call__(self, stored: StoredDocument) -> Document:
        """Signs the link; asks nobody."""
        return Document(
            id=stored.id,
            name=stored.name,
            kind=stored.kind,
            s3_url=self.objects.get_url(
                stored.object_key, file_name=stored.name, lifetime=self.url_lifetime
            ),
            status=stored.status,
            error=stored.error,
            size=stored.size_bytes,
            uploaded_at=stored.uploaded_at,
            chunks=stored.chunks,
        )
