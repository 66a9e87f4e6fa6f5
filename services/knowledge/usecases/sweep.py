"""Find what got stuck and set it going again; clear away what nobody needs."""

from dataclasses import dataclass
from datetime import timedelta

from services.knowledge.ports import Clock, IndexCare, Jobs, ObjectStore, Uploads, VectorIndex

AT_ONCE = 100
OBJECTS_AT_ONCE = 1_000
ANSWERS_UNDER_WAY = timedelta(seconds=30)
"""A search that began before a switch may still ask for the old revision."""
KEPT_UNUSED = timedelta(hours=1)
"""Longer than LATE: a ticket is not taken away while it may be completed."""
KEPT_USED = timedelta(days=1)
"""Completing an upload again answers the same document for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One round, by one process at a time. Each step stands alone."""

    care: IndexCare
    jobs: Jobs
    uploads: Uploads
    objects: ObjectStore
    vectors: VectorIndex
    now: Clock
    tasks_kept: timedelta
    silent_for: timedelta = timedelta(seconds=60)

    def adopt_orphans(self) -> None:
        """Only while no job waits: then a document that nobody works on has none."""
        if self.jobs.waiting() == 0:
            self.care.adopt_orphans(silent_for=self.silent_for)

    def finish_tasks(self) -> None:
        """A crash between a document's end and its task's cannot happen; a bug can."""
        self.care.finish_tasks()

    def forget_tasks(self) -> None:
        """Nobody asks any more how they ended."""
        self.care.forget_tasks(ended_for=self.tasks_kept)

    def purge_stale(self) -> None:
        """Vectors of revisions that were replaced, or never finished."""
        for stale in self.care.stale(older_than=ANSWERS_UNDER_WAY, limit=AT_ONCE):
            self.vectors.purge(stale)
            self.care.forget_stale(stale)

    def purge_bases(self) -> None:
        """Vectors of knowledge bases that were deleted, with their collections."""
        for uuid in self.care.stale_bases(older_than=ANSWERS_UNDER_WAY, limit=AT_ONCE):
            self.vectors.purge_base(uuid)
            self.care.forget_base(uuid)

    def purge_objects(self) -> None:
        """Bytes that were replaced, or whose document was deleted."""
        for key in self.care.stale_objects(limit=OBJECTS_AT_ONCE):
            self.objects.delete(key)
            self.care.forget_object(key)

    def purge_uploads(self) -> None:
        """Tickets out of date, with the bytes that came for those never completed."""
        now = self.now()
        expired = self.uploads.expired(
            unused_since=now - KEPT_UNUSED, used_since=now - KEPT_USED, limit=AT_ONCE
        )
        for upload in expired:
            if upload.document_id is None:
                self.objects.delete(upload.object_key)
            self.uploads.forget(upload.id)
