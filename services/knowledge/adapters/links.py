"""Links in PostgreSQL, always by owner, except for those whose time has come."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from chassis.web_address import WebAddress
from contracts.rpc.knowledge import Link
from services.knowledge.adapters.removal import leave_building, remove_documents
from services.knowledge.adapters.tables import (
    document,
    document_revision,
    knowledge_base,
    link,
    task,
)
from services.knowledge.adapters.tasks import index_job
from services.knowledge.domain.link import AddressTaken, LinkChange, NewLink

_LINK, _DOCUMENT = link.c, document.c
_first = document.alias("first")
_FETCH_AGAIN = {
    "status": "indexing",
    "error": None,
    "revision": document_revision.next_value(),
    "reached": 0,
    "attempts": 0,
    "building_space": None,
    "lease_owner": None,
    "lease_until": None,
    "touched_at": func.now(),
}


def _of_pages(value: Any, label: str) -> Any:
    counted = select(value).where(_DOCUMENT.link_id == _LINK.id)
    return counted.scalar_subquery().label(label)


def _described() -> Select[Any]:
    answers = _DOCUMENT.active_revision.is_not(None)
    next_fetch = case(
        (_LINK.update_dynamically, _first.c.fetched_at + knowledge_base.c.update_interval)
    )
    return (
        select(
            link,
            _first.c.name.label("page_title"),
            _first.c.fetched_revision.is_not(None).label("grabbed"),
            _first.c.active_revision.is_not(None).label("indexed"),
            _first.c.status.label("first_status"),
            _first.c.error,
            next_fetch.label("next_fetch_at"),
            _of_pages(func.count().filter(answers), "pages"),
            _of_pages(func.coalesce(func.sum(_DOCUMENT.chunks), 0), "chunks"),
            _of_pages(func.bool_or(_DOCUMENT.status == "indexing"), "is_indexing"),
        )
        .join(_first, and_(_first.c.link_id == _LINK.id, _first.c.depth == 0))
        .join(knowledge_base, knowledge_base.c.id == _LINK.knowledge_base_id)
    )


def _shape(row: Any) -> Link:
    own = row.page_title if row.grabbed and row.page_title != row.url else ""
    return Link(
        id=row.id,
        url=row.url,
        title=row.title or own,
        created_at=row.created_at,
        updated_at=row.updated_at,
        grabber_enabled=row.grabber_enabled,
        update_dynamically=row.update_dynamically,
        grabbed=row.grabbed,
        indexed=row.indexed,
        status="indexing" if row.is_indexing else row.first_status,
        error=row.error,
        pages=row.pages,
        chunks=row.chunks,
        next_fetch_at=row.next_fetch_at,
    )


@dataclass(frozen=True, slots=True)
class PostgresLinks:
    """The ports `Links` and `DueLinks`. Locks, in this order: the base, tasks, the link, documents."""

    engine: Engine

    def of_base(
        self, *, user_id: int, knowledge_base_id: int, after: int | None, limit: int
    ) -> list[Link]:
        mine = (_LINK.user_id == user_id) & (_LINK.knowledge_base_id == knowledge_base_id)
        behind = _described().where(mine, _LINK.id > (after or 0))
        with self.engine.connect() as connection:
            rows = connection.execute(behind.order_by(_LINK.id).limit(limit))
            return [_shape(row) for row in rows]

    def find(self, *, user_id: int, link_id: int) -> Link | None:
        with self.engine.connect() as connection:
            return _found(connection, _mine(user_id, link_id))

    def at(self, *, user_id: int, knowledge_base_id: int, address: str) -> Link | None:
        of_base = (_LINK.user_id == user_id) & (_LINK.knowledge_base_id == knowledge_base_id)
        with self.engine.connect() as connection:
            return _found(connection, of_base & (_LINK.address == address))

    def add(self, new: NewLink) -> Link | None:
        try:
            return self._added(new)
        except IntegrityError:  # the knowledge base was deleted at this moment
            return None

    def _added(self, new: NewLink) -> Link | None:
        values = {name: getattr(new, name) for name in NewLink.__slots__ if name != "object_key"}
        with self.engine.begin() as connection:
            made = upsert(link).values(**values).on_conflict_do_nothing().returning(_LINK.id)
            link_id = connection.execute(made).scalar()
            if link_id is None:
                return None
            first = {
                "user_id": new.user_id,
                "knowledge_base_id": new.knowledge_base_id,
                "kind": "link",
                "name": (new.title or new.url)[:255],
                "object_key": new.object_key,
                "size_bytes": 0,
                "link_id": link_id,
                "url": str(WebAddress.parse(new.url)),
                "depth": 0,
            }
            connection.execute(insert(document).values(**first))
            return _found(connection, _LINK.id == link_id)

    def change(self, *, user_id: int, link_id: int, change: LinkChange) -> Link | None:
        with self._locked(user_id, link_id) as (connection, row):
            if row is None:
                return None
            _refuse_taken(connection, row, change)
            decided = {
                name: value
                for name in LinkChange.__slots__
                if (value := getattr(change, name)) is not None
            }
            fresh = update(link).where(_LINK.id == link_id)
            connection.execute(fresh.values(updated_at=func.now(), **decided))
            is_elsewhere = change.address is not None and change.address != row.address
            starts = change.grabber_enabled is True and not row.grabber_enabled
            stops = change.grabber_enabled is False and row.grabber_enabled
            if is_elsewhere or stops:
                remove_documents(connection, (_DOCUMENT.link_id == link_id) & (_DOCUMENT.depth > 0))
            if change.title:
                _rename(connection, link_id, change.title)
            if is_elsewhere:
                _fetch_first(connection, link_id, url=str(WebAddress.parse(change.url or "")))
            elif starts:
                _fetch_first(connection, link_id)
            return _found(connection, _LINK.id == link_id)

    def remove(self, *, user_id: int, link_id: int) -> bool:
        with self._locked(user_id, link_id) as (connection, row):
            if row is None:
                return False
            remove_documents(connection, _DOCUMENT.link_id == link_id)
            connection.execute(delete(link).where(_LINK.id == link_id))
            return True

    @contextmanager
    def _locked(self, user_id: int, link_id: int) -> Iterator[tuple[Connection, Any]]:
        """No task begins or takes pages in meanwhile."""
        with self.engine.begin() as connection:
            base_id = select(_LINK.knowledge_base_id).where(_mine(user_id, link_id))
            base = select(knowledge_base.c.id).where(knowledge_base.c.id.in_(base_id))
            connection.execute(base.with_for_update(key_share=True))
            running = select(task.c.id).where(
                task.c.knowledge_base_id.in_(base_id), task.c.status == "PENDING"
            )
            connection.execute(running.with_for_update())
            mine = select(link).where(_mine(user_id, link_id)).with_for_update()
            yield connection, connection.execute(mine).first()

    def refresh(self, *, limit: int) -> int:
        is_resting = _DOCUMENT.status.in_(("indexed", "failed"))
        due = (
            select(_LINK.id)
            .join(knowledge_base, knowledge_base.c.id == _LINK.knowledge_base_id)
            .where(
                _LINK.update_dynamically,
                exists().where(
                    _DOCUMENT.link_id == _LINK.id,
                    _DOCUMENT.depth == 0,
                    is_resting,
                    _DOCUMENT.fetched_at + knowledge_base.c.update_interval <= func.now(),
                ),
            )
            .order_by(_LINK.id)
            .limit(limit)
            .with_for_update(of=link, skip_locked=True)
        )
        with self.engine.begin() as connection:
            ids = list(connection.execute(due).scalars())
            _fetch(connection, _DOCUMENT.link_id.in_(ids) & is_resting, task_id=None)
        return len(ids)


def _mine(user_id: int, link_id: int) -> ColumnElement[bool]:
    return (_LINK.user_id == user_id) & (_LINK.id == link_id)


def _found(connection: Connection, condition: ColumnElement[bool]) -> Link | None:
    row = connection.execute(_described().where(condition)).first()
    return _shape(row) if row else None


def _refuse_taken(connection: Connection, row: Any, change: LinkChange) -> None:
    taken = exists().where(
        _LINK.knowledge_base_id == row.knowledge_base_id,
        _LINK.address == change.address,
        _LINK.id != row.id,
    )
    if change.address is not None and connection.execute(select(taken)).scalar():
        raise AddressTaken


def _rename(connection: Connection, link_id: int, title: str) -> None:
    mine = (_DOCUMENT.link_id == link_id) & (_DOCUMENT.depth == 0)
    connection.execute(update(document).where(mine).values(name=title))


def _fetch_first(connection: Connection, link_id: int, **values: Any) -> None:
    """In the task that it is in, where that runs; an attempt that is under way is void."""
    mine = (_DOCUMENT.link_id == link_id) & (_DOCUMENT.depth == 0)
    leave_building(connection, mine)
    task_id = case((_DOCUMENT.status == "indexing", _DOCUMENT.task_id))
    _fetch(connection, mine, task_id=task_id, **values)


def _fetch(connection: Connection, condition: ColumnElement[bool], **values: Any) -> None:
    """A new revision of each of them, with a job."""
    fresh = update(document).where(condition).values(**_FETCH_AGAIN, **values)
    rows = connection.execute(fresh.returning(_DOCUMENT.id, _DOCUMENT.task_id)).all()
    for document_id, task_id in sorted(rows):
        connection.execute(index_job(document_id, task_id))
