"""Believe in a file once its bytes have been seen."""

from dataclasses import dataclass

from contracts.rpc.knowledge import CompleteUpload, DataExcel, Document
from services.knowledge.domain.data_table import KeptTables
from services.knowledge.domain.document import StoredDocument, Upload
from services.knowledge.ports import Uploads
from services.knowledge.usecases.check_arrival import CheckArrival, no_such_upload
from services.knowledge.usecases.describe_document import DescribeDocument
from services.knowledge.usecases.keep_tables import KeepTables


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishUpload:
    """The second half of endpoints 4 and 10."""

    check: CheckArrival
    uploads: Uploads
    describe: DescribeDocument

    def __call__(self, request: CompleteUpload) -> Document:
        """Raises NotFound, InvalidRequest on `file` (then the bytes are deleted), Unavailable."""
        upload = self.check(request)
        if upload.refreshes is not None or upload.kind == "data_excel":
            raise no_such_upload()
        return self.describe(completed(self.uploads, upload))


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishDataUpload:
    """The second half of endpoint 44: its tables are read before it is believed in."""

    check: CheckArrival
    keep_tables: KeepTables
    uploads: Uploads
    describe: DescribeDocument

    def __call__(self, request: CompleteUpload) -> DataExcel:
        """Raises NotFound, InvalidRequest on `file` (then nothing is kept), Unavailable."""
        upload = self.check(request)
        if upload.refreshes is not None or upload.kind != "data_excel":
            raise no_such_upload()
        kept = None if upload.document_id else self.keep_tables(upload)
        stored = completed(self.uploads, upload, kept)
        told = self.describe(stored)
        return DataExcel(**dict(told), summary=stored.summary or "")


def completed(uploads: Uploads, upload: Upload, kept: KeptTables | None = None) -> StoredDocument:
    """Raises NotFound where the knowledge base, or the document, went meanwhile."""
    stored = uploads.complete(upload, kept)
    if stored is None:
        raise no_such_upload()
    return stored
