"""Takes a knowledge base away with all that is in it: its rows at once, the rest by the sweeper."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from contracts.events.knowledge import KnowledgeBaseDeleted
from services.knowledge.adapters.announcements import announced
from services.knowledge.adapters.removal import remove_documents
from services.knowledge.adapters.tables import (
    document,
    knowledge_base,
    stale_base,
    stale_object,
    stale_vectors,
    task,
    upload,
)
from services.knowledge.adapters.task_end import end_if_done

LATE_BYTES = timedelta(hours=1)
"""After a ticket expires: a PUT that began in time has ended by then."""


def remove_bases(
    connection: Connection, condition: ColumnElement[bool]
) -> list[KnowledgeBaseDeleted]:
    """Those removed, each of them announced. Their running tasks end; links and tickets go along.

    Locked in the order of everybody: knowledge bases, tasks, documents.
    """
    chosen = (
        select(knowledge_base.c.id, knowledge_base.c.uuid, knowledge_base.c.user_id)
        .where(condition)
        .order_by(knowledge_base.c.id)
        .with_for_update()
    )
    removed = []
    for base in connection.execute(chosen).all():
        _empty(connection, base.id)
        _leave_vectors(connection, base.uuid)
        connection.execute(delete(knowledge_base).where(knowledge_base.c.id == base.id))
        event = KnowledgeBaseDeleted(user_id=base.user_id, knowledge_base_uuid=base.uuid)
        connection.execute(announced(event))
        removed.append(event)
    return removed


def _empty(connection: Connection, base_id: int) -> None:
    """The bytes of tickets that nobody completed may still be on their way."""
    running = select(task.c.id).where(
        task.c.knowledge_base_id == base_id, task.c.status == "PENDING"
    )
    tasks = list(connection.execute(running.with_for_update()).scalars())
    remove_documents(connection, document.c.knowledge_base_id == base_id)
    for task_id in tasks:  # also one that had no document left, and waited for the sweeper
        end_if_done(connection, task_id)
    mine = upload.c.knowledge_base_id == base_id
    unused = select(upload.c.object_key, upload.c.expires_at + LATE_BYTES).where(
        mine, upload.c.document_id.is_(None)
    )
    left = upsert(stale_object).from_select(["object_key", "since"], unused)
    connection.execute(left.on_conflict_do_nothing())
    connection.execute(delete(upload).where(mine))


def _leave_vectors(connection: Connection, uuid: UUID) -> None:
    """All at once instead of revision by revision."""
    of_base = stale_vectors.c.knowledge_base_uuid == uuid
    connection.execute(delete(stale_vectors).where(of_base))
    connection.execute(upsert(stale_base).values(uuid=uuid).on_conflict_do_nothing())
