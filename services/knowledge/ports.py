"""What knowledge's use cases need from outside."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from contracts.rpc.knowledge import (
    CreateKnowledgeBase,
    Kind,
    KnowledgeBase,
    TaskStatus,
)
from services.knowledge.domain.document import StoredDocument, Upload
from services.knowledge.domain.extraction import ExtractedDocument
from services.knowledge.domain.media_types import Kind as MediaKind

Reference = int | UUID
Clock = Callable[[], datetime]


class KnowledgeBases(Protocol):
    """The knowledge bases of users; each call is one transaction."""

    def add(self, request: CreateKnowledgeBase, *, uuid: UUID) -> KnowledgeBase:
        """As stored."""

    def of_user(self, user_id: int) -> list[KnowledgeBase]:
        """Newest first."""

    def find(self, *, user_id: int, reference: Reference) -> KnowledgeBase | None:
        """None also where it is somebody else's."""


class Documents(Protocol):
    """Stored documents; each call is one transaction."""

    def of_base(self, *, user_id: int, knowledge_base_id: int, kind: Kind) -> list[StoredDocument]:
        """Oldest first."""


class Uploads(Protocol):
    """Tickets of uploads; each call is one transaction."""

    def add(self, upload: Upload) -> None:
        """Remember a ticket."""

    def find(self, *, user_id: int, upload_id: UUID) -> Upload | None:
        """None also where it is somebody else's."""

    def complete(self, upload: Upload) -> StoredDocument:
        """The document it has become, made by the first call, the same for each further one."""

    def reject(self, upload_id: UUID, *, reason: str) -> None:
        """Its bytes are not wanted."""

    def expired(self, *, before: datetime, limit: int) -> list[Upload]:
        """Tickets nobody can use any more."""

    def forget(self, upload_id: UUID) -> None:
        """Drop a ticket."""


class EmbeddingModels(Protocol):
    """Which embedding models there are."""

    def has(self, name: str) -> bool:
        """Raises Unavailable."""


class ObjectStore(Protocol):
    """Bytes by key. Every method but the signing ones raises Unavailable ("Object storage")."""

    def put_url(self, key: str, *, size_bytes: int, lifetime: timedelta) -> str:
        """Where exactly so many bytes may be PUT."""

    def get_url(self, key: str, *, file_name: str, lifetime: timedelta) -> str:
        """Where a browser downloads it under that name."""

    def size(self, key: str) -> int | None:
        """Bytes stored; None where nothing is."""

    def head(self, key: str, *, length: int) -> bytes:
        """Its first bytes."""

    def download(self, key: str, target: Path) -> bool:
        """Write it to a file; False where nothing is stored."""

    def delete(self, key: str) -> None:
        """Also where nothing is stored."""


class TaskDesk(Protocol):
    """One knowledge base, locked for the length of a transaction."""

    def running_task(self) -> UUID | None:
        """The task that indexes now; it cannot end before the transaction does."""

    def unindexed(self) -> list[int]:
        """Documents that are uploaded, failed, or indexed with other settings."""

    def uploaded(self) -> list[int]:
        """Documents that no task has taken yet."""

    def open_task(self, task_id: UUID) -> None:
        """A running task without documents."""

    def finished_task(self, task_id: UUID) -> None:
        """A task that had nothing to do."""

    def enlist(self, task_id: UUID, document_ids: Iterable[int]) -> None:
        """Make them documents of the task, under a new revision, with one job each."""


class Tasks(Protocol):
    """Indexing tasks."""

    def desk(
        self, *, user_id: int, reference: Reference
    ) -> AbstractContextManager[TaskDesk | None]:
        """A transaction; leaving commits, an exception rolls back. None: no such knowledge base."""

    def status(self, *, user_id: int, task_id: UUID) -> TaskStatus | None:
        """None also where it is somebody else's."""


class Extractor(Protocol):
    """Reads documents."""

    def extract(self, path: Path, kind: MediaKind, *, timeout_s: float) -> ExtractedDocument:
        """Raises ExtractionFailed."""
