"""Give out a ticket for one file on its way into the object store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from contracts.rpc.knowledge import Kind, KnowledgeBase, UploadTicket
from services.knowledge.domain.document import Upload
from services.knowledge.domain.upload_rules import check_announced
from services.knowledge.ports import Clock, ObjectStore, Uploads
from services.knowledge.usecases.find_knowledge_base import no_such_base


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTicket:
    """What new files and refreshed ones have in common."""

    uploads: Uploads
    objects: ObjectStore
    limit_bytes: int
    lifetime: timedelta
    new_id: Callable[[], UUID]
    now: Clock

    def __call__(
        self,
        *,
        user_id: int,
        base: KnowledgeBase,
        name: str,
        kind: Kind,
        size_bytes: int,
        refreshes: int | None = None,
    ) -> UploadTicket:
        """Raises NotFound, InvalidRequest on `file`, TooLarge; then there is no ticket."""
        check_announced(name=name, kind=kind, size_bytes=size_bytes, limit_bytes=self.limit_bytes)
        upload_id, expires_at = self.new_id(), self.now() + self.lifetime
        key = f"documents/{base.uuid}/{upload_id}"
        upload = Upload(
            id=upload_id,
            user_id=user_id,
            knowledge_base_id=base.id,
            name=name,
            kind=kind,
            object_key=key,
            size_bytes=size_bytes,
            expires_at=expires_at,
            refreshes=refreshes,
        )
        if not self.uploads.add(upload):
            raise no_such_base()
        url = self.objects.put_url(key, size_bytes=size_bytes, lifetime=self.lifetime)
        return UploadTicket(upload_id=upload_id, put_url=url, headers={}, expires_at=expires_at)
