"""Believe in a file once its bytes have been seen."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.errors import InvalidRequest, NotFound
from contracts.rpc.knowledge import CompleteUpload, Document
from services.knowledge.domain.document import MISSING_UPLOAD, Upload
from services.knowledge.domain.media_types import HEAD_BYTES, UnsupportedDocument, check_upload
from services.knowledge.ports import Clock, ObjectStore, Uploads
from services.knowledge.usecases.describe_document import DescribeDocument

LATE = timedelta(minutes=30)
"""A PUT that began in time may take so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishUpload:
    """The second half of endpoints 4, 10 and 44."""

    uploads: Uploads
    objects: ObjectStore
    describe: DescribeDocument
    now: Clock

    def __call__(self, request: CompleteUpload) -> Document:
        """Raises NotFound, InvalidRequest on `file` (then the bytes are deleted), Unavailable."""
        upload = self.uploads.find(user_id=request.user_id, upload_id=request.upload_id)
        if upload is None or self._is_too_late(upload):
            raise NotFound(what="upload")
        if upload.document_id is None:
            self._check(upload)
        return self.describe(self.uploads.complete(upload))

    def _is_too_late(self, upload: Upload) -> bool:
        return upload.document_id is None and self.now() > upload.expires_at + LATE

    def _check(self, upload: Upload) -> None:
        if upload.rejection is not None:
            raise InvalidRequest.on("file", upload.rejection)
        size_bytes = self.objects.size(upload.object_key)
        if size_bytes is None:
            raise InvalidRequest.on("file", MISSING_UPLOAD)
        reason = self._complaint(upload, size_bytes)
        if reason is not None:
            self.uploads.reject(upload.id, reason=reason)
            self.objects.delete(upload.object_key)
            raise InvalidRequest.on("file", reason)

    def _complaint(self, upload: Upload, size_bytes: int) -> str | None:
        if size_bytes != upload.size_bytes:
            return f"{upload.size_bytes:,} bytes were announced but {size_bytes:,} arrived."
        head = self.objects.head(upload.object_key, length=HEAD_BYTES)
        try:
            check_upload(upload.name, head, size_bytes)
        except UnsupportedDocument as refusal:
            return refusal.reason
        return None
