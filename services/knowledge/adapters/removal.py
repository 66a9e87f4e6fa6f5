"""Takes documents away: their rows at once, their vectors and bytes by the sweeper, for certain."""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    any_,
    case,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from services.knowledge.adapters.tables import (
    document,
    knowledge_base,
    stale_object,
    stale_vectors,
    task,
    task_document,
    upload,
)
from services.knowledge.adapters.task_end import end_if_done

_DOCUMENT = document.c
_STALE = ["revision", "knowledge_base_uuid", "space", "document_id"]
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
    these = any_(literal(ids, ARRAY(BigInteger)))  # one parameter, however many there are
    mine = _DOCUMENT.id == these
    _leave_vectors(connection, mine)
    leave_bytes(connection, mine)
    connection.execute(delete(document).where(mine))
    connection.execute(delete(upload).where(upload.c.document_id == these))
    unended = task_document.c.state.in_(("waiting", "running"))
    listed = (task_document.c.document_id == these) & unended
    connection.execute(delete(task_document).where(listed))
    for task_id in tasks:
        end_if_done(connection, task_id)
    return ids


def _leave_vectors(connection: Connection, mine: ColumnElement[bool]) -> None:
    """The revision that answers, and the one that is being built."""
    is_building = _DOCUMENT.revision.is_distinct_from(_DOCUMENT.active_revision)
    building_space = case((is_building, _DOCUMENT.building_space))
    for revision, space in (
        (_DOCUMENT.active_revision, _DOCUMENT.active_space),
        (_DOCUMENT.revision, building_space),
    ):
        rows = select(revision, _BASE_UUID, space, _DOCUMENT.id).where(
            mine, revision.is_not(None), space.is_not(None)
        )
        connection.execute(insert(stale_vectors).from_select(_STALE, rows))


def leave_bytes(connection: Connection, mine: ColumnElement[bool]) -> None:
    """What is stored of the documents now, their tables included, is nobody's from this commit on."""
    table = func.jsonb_array_elements(_DOCUMENT.tables).table_valued(column("value", JSONB))
    of_tables = (
        select(table.c.value["key"].astext.cast(Text)).select_from(document).join(table, true())
    )
    for keys in (select(_DOCUMENT.object_key), of_tables):
        left = upsert(stale_object).from_select(["object_key"], keys.where(mine))
        connection.execute(left.on_conflict_do_nothing())


def leave_building(connection: Connection, mine: ColumnElement[bool]) -> None:
    """The revisions that are being built of the documents will never answer."""
    rows = select(_DOCUMENT.revision, _BASE_UUID, _DOCUMENT.building_space, _DOCUMENT.id).where(
        mine, _DOCUMENT.revision.is_not(None), _DOCUMENT.building_space.is_not(None)
    )
    connection.execute(insert(stale_vectors).from_select(_STALE, rows))
