"""What the sweeper sees and mends in PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Table, delete, exists, func, or_, select, update

from services.knowledge.adapters.tables import (
    document,
    outbox,
    stale_base,
    stale_object,
    stale_vectors,
    task,
    task_document,
)
from services.knowledge.adapters.task_end import end_if_done
from services.knowledge.adapters.tasks import INDEX_JOB, index_job
from services.knowledge.domain.index_run import StaleVectors
from services.knowledge.domain.index_settings import VectorSpace

_SWEEPER_LOCK = 727275
_AT_ONCE = 500
LATE_WRITES = timedelta(minutes=3)
"""Longer than two batches on their way to Milvus, each with its deadline."""


@dataclass(frozen=True, slots=True)
class PostgresIndexCare:
    """The port `IndexCare`."""

    engine: Engine

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """By a lock of the session: a transaction open for a whole round would keep VACUUM waiting."""
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # closed at the end, which unlocks whatever happened
            lock = select(func.pg_try_advisory_lock(_SWEEPER_LOCK))
            is_alone = bool(connection.execute(lock).scalar())
            try:
                yield is_alone
            finally:
                if is_alone:
                    connection.execute(select(func.pg_advisory_unlock(_SWEEPER_LOCK)))

    def adopt_orphans(self, *, silent_for: timedelta) -> int:
        c = document.c
        orphans = (
            select(c.id)
            .where(
                c.status == "indexing",
                or_(c.lease_until.is_(None), c.lease_until < func.now()),
                c.touched_at < func.now() - silent_for,
                ~exists().where(outbox.c.routing_key == INDEX_JOB),
            )
            .order_by(c.id)
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        with self.engine.begin() as connection:
            ids = list(connection.execute(orphans).scalars())
            touched = update(document).where(c.id.in_(ids)).values(touched_at=func.now())
            for document_id, task_id in connection.execute(touched.returning(c.id, c.task_id)):
                connection.execute(index_job(document_id, task_id))
        return len(ids)

    def finish_tasks(self) -> int:
        unended = exists().where(
            task_document.c.task_id == task.c.id,
            task_document.c.state.in_(("waiting", "running")),
        )
        stuck = select(task.c.id).where(task.c.status == "PENDING", ~unended)
        with self.engine.begin() as connection:
            ids = list(connection.execute(stuck).scalars())
        return sum(map(self._finish_task, ids))

    def _finish_task(self, task_id: UUID) -> bool:
        """One task, one transaction: what is wrong with one keeps no other from ending."""
        locked = select(task.c.id).where(task.c.id == task_id).with_for_update(skip_locked=True)
        with self.engine.begin() as connection:
            return bool(connection.execute(locked).first()) and end_if_done(connection, task_id)

    def forget_tasks(self, *, ended_for: timedelta) -> int:
        old = (
            select(task.c.id)
            .where(task.c.status != "PENDING", task.c.finished_at < func.now() - ended_for)
            .limit(_AT_ONCE)
        )
        with self.engine.begin() as connection:
            return connection.execute(delete(task).where(task.c.id.in_(old))).rowcount

    def stale(self, *, older_than: timedelta, limit: int) -> list[StaleVectors]:
        return [
            StaleVectors(
                revision=row.revision,
                knowledge_base_uuid=row.knowledge_base_uuid,
                space=VectorSpace.parse(row.space),
                document_id=row.document_id,
            )
            for row in self._left(stale_vectors, older_than, limit)
        ]

    def forget_stale(self, stale: StaleVectors) -> None:
        self._purged(stale_vectors, stale_vectors.c.revision == stale.revision)

    def stale_bases(self, *, older_than: timedelta, limit: int) -> list[UUID]:
        return [row.uuid for row in self._left(stale_base, older_than, limit)]

    def forget_base(self, uuid: UUID) -> None:
        self._purged(stale_base, stale_base.c.uuid == uuid)

    def stale_objects(self, *, limit: int) -> list[str]:
        old = stale_object.c.since <= func.now()
        keys = select(stale_object.c.object_key).where(old).order_by(stale_object.c.since)
        with self.engine.connect() as connection:
            return list(connection.execute(keys.limit(limit)).scalars())

    def forget_object(self, key: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(delete(stale_object).where(stale_object.c.object_key == key))

    def _left(self, table: Table, older_than: timedelta, limit: int) -> Any:
        """Not purged yet, or due for the second time."""
        due = or_(
            table.c.since < func.now() - LATE_WRITES,
            (table.c.since < func.now() - older_than) & ~table.c.is_purged,
        )
        statement = select(table).where(due).order_by(table.c.since).limit(limit)
        with self.engine.connect() as connection:
            return connection.execute(statement).all()

    def _purged(self, table: Table, this: Any) -> None:
        """A writer that lost its lease may have had a batch under way: once more, after it ended."""
        with self.engine.begin() as connection:
            late = table.c.since < func.now() - LATE_WRITES
            connection.execute(delete(table).where(this, late))
            connection.execute(update(table).where(this).values(is_purged=True))
