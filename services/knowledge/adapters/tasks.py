"""Indexing tasks in PostgreSQL: opened under the lock of their knowledge base, read by owner."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Engine,
    and_,
    case,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.outbox import outgoing
from contracts.rpc.knowledge import TaskStatus
from services.knowledge.adapters.documents import (
    complete_ticket,
    kept_columns,
    stored_document,
)
from services.knowledge.adapters.knowledge_bases import owned
from services.knowledge.adapters.removal import leave_building, leave_bytes
from services.knowledge.adapters.tables import (
    document,
    document_revision,
    knowledge_base,
    outbox,
    task,
    task_document,
    upload,
)
from services.knowledge.adapters.task_report import report
from services.knowledge.domain.data_table import KeptTables
from services.knowledge.domain.document import StoredDocument, Upload
from services.knowledge.domain.index_settings import IndexSettings
from services.knowledge.ports import Reference

INDEX_JOB = "knowledge.index"
FAILED_TOLD = 100


def index_job(document_id: int, task_id: UUID | None) -> Any:
    """The outbox row of one document's job."""
    return outgoing(
        outbox,
        exchange="jobs",
        routing_key=INDEX_JOB,
        body={"document_id": document_id, "task_id": str(task_id) if task_id else None},
        must_be_routed=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """The port `TaskDesk`."""

    connection: Connection
    user_id: int
    knowledge_base_id: int
    settings: IndexSettings

    def running_task(self) -> UUID | None:
        statement = (
            select(task.c.id)
            .where(task.c.knowledge_base_id == self.knowledge_base_id, task.c.status == "PENDING")
            .with_for_update()
        )
        return self.connection.execute(statement).scalar()

    def unindexed(self) -> list[int]:
        stale = and_(
            document.c.status == "indexed",
            document.c.indexed_with.is_distinct_from(self.settings.signature),
        )
        return self._documents(or_(document.c.status.in_(("uploaded", "failed")), stale))

    def uploaded(self) -> list[int]:
        return self._documents(document.c.status == "uploaded")

    def _documents(self, condition: Any) -> list[int]:
        statement = (
            select(document.c.id)
            .where(document.c.knowledge_base_id == self.knowledge_base_id, condition)
            .order_by(document.c.id)
            .with_for_update()
        )
        return list(self.connection.execute(statement).scalars())

    def open_task(self, task_id: UUID) -> None:
        self._add(task_id, status="PENDING")

    def finished_task(self, task_id: UUID) -> None:
        self._add(task_id, status="SUCCESS", finished_at=func.now())

    def _add(self, task_id: UUID, **values: Any) -> None:
        owner = {"user_id": self.user_id, "knowledge_base_id": self.knowledge_base_id}
        self.connection.execute(insert(task).values(id=task_id, **owner, **values))

    def replace(
        self, upload_: Upload, kept: KeptTables | None
    ) -> tuple[StoredDocument, UUID | None] | None:
        mine = (document.c.id == upload_.refreshes) & (document.c.user_id == self.user_id)
        found = self.connection.execute(select(document.c.task_id).where(mine).with_for_update())
        row = found.first()
        ticket = select(upload.c.document_id).where(upload.c.id == upload_.id).with_for_update()
        used = self.connection.execute(ticket).first()
        if row is None or used is None or upload_.refreshes is None:
            return None
        task_id = row.task_id
        if used.document_id is None:
            task_id = None
            leave_bytes(self.connection, mine)
            self.connection.execute(
                update(document)
                .where(mine)
                .values(
                    object_key=upload_.object_key,
                    size_bytes=upload_.size_bytes,
                    uploaded_at=func.now(),
                    **kept_columns(kept),
                )
            )
            complete_ticket(self.connection, upload_, upload_.refreshes, kept)
        stored = stored_document(self.connection, upload_.refreshes)
        return None if stored is None else (stored, task_id)

    def enlist(self, task_id: UUID, document_ids: Iterable[int]) -> None:
        mine = document.c.id.in_(list(document_ids))
        leave_building(self.connection, mine)
        fresh = (
            update(document)
            .where(mine)
            .values(
                status="indexing",
                error=None,
                task_id=task_id,
                revision=document_revision.next_value(),
                building_space=None,
                reached=0,
                attempts=0,
                lease_owner=None,
                lease_until=None,
                touched_at=func.now(),
            )
            .returning(document.c.id, document.c.name)
        )
        listed = [
            {"task_id": task_id, "document_id": row.id, "name": row.name}
            for row in self.connection.execute(fresh)
        ]
        if listed:
            again = {"state": "waiting", "stage": "", "error": None, "chunks": 0}
            statement = upsert(task_document)
            key = [task_document.c.task_id, task_document.c.document_id]
            statement = statement.on_conflict_do_update(index_elements=key, set_=again)
            self.connection.execute(statement, listed)
        for row in sorted(listed, key=lambda row: row["document_id"]):
            self.connection.execute(index_job(row["document_id"], task_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresTasks:
    """The port `Tasks`."""

    engine: Engine
    default_model: str

    @contextmanager
    def desk(self, *, user_id: int, reference: Reference) -> Iterator[_Desk | None]:
        locked = (
            select(knowledge_base)
            .where(owned(user_id, reference))
            .with_for_update(key_share=True)  # uploads refer to the row meanwhile
        )
        with self.engine.begin() as connection:
            base = connection.execute(locked).first()
            if base is None:
                yield None
                return
            settings = IndexSettings(
                embedding_model=base.embedding_model or self.default_model,
                chunk_size=base.chunk_size,
                chunk_overlap=base.chunk_overlap,
            )
            yield _Desk(
                connection=connection,
                user_id=user_id,
                knowledge_base_id=base.id,
                settings=settings,
            )

    def status(self, *, user_id: int, task_id: UUID) -> TaskStatus | None:
        found = select(task).where(task.c.id == task_id, task.c.user_id == user_id)
        with self.engine.connect() as connection:
            row = connection.execute(found).first()
            if row is None:
                return None
            groups = connection.execute(_numbers_of(task_id)).all()
            return report(row, groups, connection.execute(_failed_of(task_id)).all())


def _numbers_of(task_id: UUID) -> Any:
    """How far its documents are."""
    is_running = task_document.c.state == "running"
    return (
        select(
            task_document.c.state,
            func.count().label("documents"),
            func.sum(task_document.c.chunks).label("chunks"),
            func.max(case((is_running, task_document.c.stage), else_="")).label("stage"),
        )
        .where(task_document.c.task_id == task_id)
        .group_by(task_document.c.state)
    )


def _failed_of(task_id: UUID) -> Any:
    """The first that failed, by name: all of them might be more than one message takes."""
    is_failed = (task_document.c.task_id == task_id) & (task_document.c.state == "failed")
    columns = (task_document.c.document_id, task_document.c.name, task_document.c.error)
    return (
        select(*columns).where(is_failed).order_by(task_document.c.document_id).limit(FAILED_TOLD)
    )
