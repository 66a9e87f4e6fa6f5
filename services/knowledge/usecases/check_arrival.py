"""Look at what came for a ticket before anything is made of it."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.errors import InvalidRequest, NotFound
from contracts.rpc.knowledge import CompleteUpload
from services.knowledge.domain.document import MISSING_UPLOAD, Upload
from services.knowledge.domain.media_types import HEAD_BYTES, UnsupportedDocument, check_upload
from services.knowledge.ports import Clock, ObjectStore, Uploads

LATE = timedelta(minutes=30)
"""A PUT that began in time may take so long."""


def no_such_upload() -> NotFound:
    """The same for one that is somebody else's."""
    return NotFound(what="upload")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckArrival:
    """What the second halves of endpoints 4, 5, 10 and 44 begin with."""

    uploads: Uploads
    objects: ObjectStore
    now: Clock

    def __call__(self, request: CompleteUpload) -> Upload:
        """Raises NotFound, InvalidRequest on `file` (then the bytes are deleted), Unavailable.

        A ticket that was completed is not looked at again.
        """
        upload = self.uploads.find(user_id=request.user_id, upload_id=request.upload_id)
        if upload is None or self._is_too_late(upload):
            raise no_such_upload()
        if upload.document_id is None:
            self._check(upload)
        return upload

    def refuse(self, upload: Upload, reason: str) -> InvalidRequest:
        """The bytes are deleted; the error to raise."""
        self.uploads.reject(upload.id, reason=reason)
        self.objects.delete(upload.object_key)
        return InvalidRequest.on("file", reason)

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
            raise self.refuse(upload, reason)

    def _complaint(self, upload: Upload, size_bytes: int) -> str | None:
        if size_bytes != upload.size_bytes:
            return f"{upload.size_bytes:,} bytes were announced but {size_bytes:,} arrived."
        head = self.objects.head(upload.object_key, length=HEAD_BYTES)
        try:
            check_upload(upload.name, head, size_bytes)
        except UnsupportedDocument as refusal:
            return refusal.reason
        return None
