"""Let a user put one file into the object store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from contracts.rpc.knowledge import BeginUpload, KnowledgeBaseOf, UploadTicket
from services.knowledge.domain.document import Upload
from services.knowledge.domain.media_types import safe_file_name
from services.knowledge.domain.upload_rules import check_announced
from services.knowledge.ports import Clock, ObjectStore, Uploads
from services.knowledge.usecases.find_knowledge_base import FindKnowledgeBase


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareUpload:
    """The first half of endpoints 4, 10 and 44."""

    find_base: FindKnowledgeBase
    uploads: Uploads
    objects: ObjectStore
    limit_bytes: int
    lifetime: timedelta
    new_id: Callable[[], UUID]
    now: Clock

    def __call__(self, request: BeginUpload) -> UploadTicket:
        """Raises NotFound, InvalidRequest on `file`, TooLarge; then there is no ticket."""
        base = self.find_base(
            KnowledgeBaseOf(user_id=request.user_id, knowledge_base=request.knowledge_base)
        )
        name = safe_file_name(request.file_name)
        check_announced(
            name=name,
            kind=request.kind,
            size_bytes=request.size_bytes,
            limit_bytes=self.limit_bytes,
        )
        upload_id, expires_at = self.new_id(), self.now() + self.lifetime
        key = f"documents/{base.uuid}/{upload_id}"
        upload = Upload(
            id=upload_id,
            user_id=request.user_id,
            knowledge_base_id=base.id,
            name=name,
            kind=request.kind,
            object_key=key,
            size_bytes=request.size_bytes,
            expires_at=expires_at,
        )
        self.uploads.add(upload)
        url = self.objects.put_url(key, size_bytes=request.size_bytes, lifetime=self.lifetime)
        return UploadTicket(upload_id=upload_id, put_url=url, headers={}, expires_at=expires_at)
