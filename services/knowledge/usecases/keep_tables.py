"""Read the tables of a data Excel and keep them beside it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import InvalidRequest
from services.knowledge.domain.data_table import DataTable, KeptTables, StoredTable, summary
from services.knowledge.domain.document import MISSING_UPLOAD, Upload
from services.knowledge.domain.extraction import ExtractionFailed
from services.knowledge.domain.media_types import kind_of, reading_name
from services.knowledge.ports import ObjectStore, TableReader, Uploads
from services.knowledge.usecases.check_arrival import CheckArrival, no_such_upload


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTables:
    """Before there is a document: what was kept for one that does not come about is cleared away."""

    check: CheckArrival
    uploads: Uploads
    objects: ObjectStore
    reader: TableReader

    def __call__(self, upload: Upload) -> KeptTables:
        """Raises NotFound, InvalidRequest on `file` (then nothing is kept), Unavailable."""
        with tempfile.TemporaryDirectory(prefix="parlance-") as name:
            folder = Path(name)
            tables = self._read(upload, folder)
            stored = tuple(_stored(upload, n, table) for n, table in enumerate(tables))
            if not self.uploads.reserve(upload, [each.key for each in stored]):
                raise no_such_upload()
            for n, each in enumerate(stored):
                self.objects.upload(each.key, folder / f"{n}.parquet")
        return KeptTables(summary=summary(tables), tables=stored)

    def _read(self, upload: Upload, folder: Path) -> list[DataTable]:
        kind = kind_of(upload.name)
        source = folder / reading_name(kind)
        if not self.objects.download(upload.object_key, source):
            raise InvalidRequest.on("file", MISSING_UPLOAD)
        try:
            return self.reader.read(source, kind, folder)
        except ExtractionFailed as failure:
            raise self.check.refuse(upload, failure.reason) from None


def _stored(upload: Upload, number: int, table: DataTable) -> StoredTable:
    folder = upload.object_key.removeprefix("documents/")
    return StoredTable(
        key=f"tables/{folder}/{number}.parquet",
        sheet=table.sheet,
        rows=table.rows,
        columns=table.columns,
    )
