"""The end of a task: when the last of its documents has ended."""

from uuid import UUID

from sqlalchemy import Connection, func, select, update

from contracts.events.knowledge import IndexingFinished
from services.knowledge.adapters.announcements import announced
from services.knowledge.adapters.tables import knowledge_base, task, task_document


def end_if_done(connection: Connection, task_id: UUID) -> bool:
    """Whether it has ended now; announced then. The caller holds the lock of the task's row."""
    counted = (
        select(task_document.c.state, func.count().label("number"))
        .where(task_document.c.task_id == task_id)
        .group_by(task_document.c.state)
    )
    counts = {row.state: row.number for row in connection.execute(counted)}
    if counts.get("waiting") or counts.get("running"):
        return False
    indexed, failed = counts.get("indexed", 0), counts.get("failed", 0)
    is_failure = failed > 0 and indexed == 0
    ended = (
        update(task)
        .where(task.c.id == task_id, task.c.status == "PENDING")
        .values(
            status="FAILURE" if is_failure else "SUCCESS",
            error=_error(connection, task_id) if is_failure else None,
            finished_at=func.now(),
        )
        .returning(task.c.user_id, task.c.knowledge_base_id)
    )
    row = connection.execute(ended).first()
    if row is None:
        return False
    base = select(knowledge_base.c.uuid).where(knowledge_base.c.id == row.knowledge_base_id)
    if base_uuid := connection.execute(base).scalar():  # a base that went announced itself
        finished = IndexingFinished(
            user_id=row.user_id,
            knowledge_base_uuid=base_uuid,
            task_id=task_id,
            indexed=indexed,
            failed=failed,
        )
        connection.execute(announced(finished))
    return True


def _error(connection: Connection, task_id: UUID) -> str:
    first = (
        select(task_document.c.name, task_document.c.error)
        .where(task_document.c.task_id == task_id, task_document.c.state == "failed")
        .order_by(task_document.c.document_id)
        .limit(1)
    )
    name, error = connection.execute(first).one()
    return f"No document could be indexed. {name}: {error}"
