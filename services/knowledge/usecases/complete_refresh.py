"""Put new bytes in the place of a document's old ones, and have them indexed at once."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from contracts.errors import NotFound
from contracts.rpc.knowledge import CompleteUpload, Refreshed
from services.knowledge.domain.data_table import KeptTables
from services.knowledge.domain.document import StoredDocument, Upload
from services.knowledge.ports import TaskDesk, Tasks
from services.knowledge.usecases.check_arrival import CheckArrival, no_such_upload
from services.knowledge.usecases.describe_document import DescribeDocument
from services.knowledge.usecases.keep_tables import KeepTables


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRefresh:
    """The second half of endpoint 5. The last one completed wins."""

    check: CheckArrival
    keep_tables: KeepTables
    tasks: Tasks
    describe: DescribeDocument
    new_id: Callable[[], UUID]

    def __call__(self, request: CompleteUpload) -> Refreshed:
        """Raises NotFound, InvalidRequest on `file` (then all stays as it was), Unavailable."""
        upload = self.check(request)
        if upload.refreshes is None:
            raise no_such_upload()
        is_table = upload.kind == "data_excel" and upload.document_id is None
        kept = self.keep_tables(upload) if is_table else None
        with self.tasks.desk(user_id=request.user_id, reference=upload.knowledge_base_id) as desk:
            if desk is None:
                raise NotFound(what="document")
            stored, task_id = self._replaced(desk, upload, kept)
        return Refreshed(document=self.describe(stored), task_id=task_id)

    def _replaced(
        self, desk: TaskDesk, upload: Upload, kept: KeptTables | None
    ) -> tuple[StoredDocument, UUID]:
        running = desk.running_task()
        replaced = desk.replace(upload, kept)
        if replaced is None:
            raise NotFound(what="document")
        stored, task_id = replaced
        if task_id is not None:
            return stored, task_id
        if running is None:
            running = self.new_id()
            desk.open_task(running)
        desk.enlist(running, [stored.id])
        return stored, running
