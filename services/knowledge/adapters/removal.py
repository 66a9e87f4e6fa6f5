"""Takes documents away: their rows at once, their vectors and bytes by the sweeper, for certain."""

from sqlalchemy import ColumnElement, Connection, case, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.knowledge.adapters.tables import (
    document,
    knowledge_base,
    stale_object,
    stale_vectors,
    task,
    task_document,
)
from services.knowledge.adapters.task_end import end_if_done

_DOCUMENT = document.c
_BASE_UUID = (
    select(knowledge_base.c.uuid)
    .where(knowledge_base.c.id == _DOCUMENT.knowledge_base_id)
    .scalar_subquery()
)


def remove_documents(connection: Connection, condition: ColumnElement[bool]) -> list[int]:
    """The ids of those removed. Whoever indexes one of them loses its lease and changes nothing more.

    Running tasks are locked before documents, as everywhere. A task whose last document goes ends
    now, or by the sweeper where it took the document in at the same moment.
    """
    running = select(task.c.id).where(
        task.c.status == "PENDING",
        task.c.id.in_(select(_DOCUMENT.task_id).where(condition)),
    )
    tasks = list(connection.execute(running.order_by(task.c.id).with_for_update()).scalars())
    chosen = select(_DOCUMENT.id).where(condition).order_by(_DOCUMENT.id).with_for_update()
    ids = list(connection.execute(chosen).scalars())
    if not ids:
        return []
    mine = _DOCUMENT.id.in_(ids)
    _leave_vectors(connection, mine)
    _leave_bytes(connection, mine)
    connection.execute(delete(document).where(mine))
    unended = task_document.c.state.in_(("waiting", "running"))
    listed = task_document.c.document_id.in_(ids) & unended
    connection.execute(delete(task_document).where(listed))
    for task_id in tasks:
        end_if_done(connection, task_id)
    return ids


def _leave_vectors(connection: Connection, mine: ColumnElement[bool]) -> None:
    """The revision that answers, and the one that is being built."""
    is_building = _DOCUMENT.revision.is_distinct_from(_DOCUMENT.active_revision)
    building_space = case((is_building, _DOCUMENT.building_space))
    names = ["revision", "knowledge_base_uuid", "space", "document_id"]
    for revision, space in (
        (_DOCUMENT.active_revision, _DOCUMENT.active_space),
        (_DOCUMENT.revision, building_space),
    ):
        rows = select(revision, _BASE_UUID, space, _DOCUMENT.id).where(
            mine, revision.is_not(None), space.is_not(None)
        )
        connection.execute(insert(stale_vectors).from_select(names, rows))


def _leave_bytes(connection: Connection, mine: ColumnElement[bool]) -> None:
    keys = select(_DOCUMENT.object_key).where(mine)
    left = upsert(stale_object).from_select(["object_key"], keys)
    connection.execute(left.on_conflict_do_nothing())
