"""Documents on their way into the index, in PostgreSQL: the row is the truth, a job only a nudge."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)

from contracts.events.knowledge import DocumentFailed, DocumentIndexed
from services.knowledge.adapters.announcements import announced
from services.knowledge.adapters.linked_pages import PAGE_COLUMNS, linked_page
from services.knowledge.adapters.removal import remove_documents
from services.knowledge.adapters.tables import (
    document,
    document_revision,
    knowledge_base,
    link,
    stale_vectors,
    task,
    task_document,
)
from services.knowledge.adapters.task_end import end_if_done
from services.knowledge.adapters.tasks import index_job
from services.knowledge.domain.index_run import Claim, HeldByAnother, LeaseLost
from services.knowledge.domain.index_settings import IndexSettings, VectorSpace

_DOCUMENT = document.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresIndexRuns:
    """The port `IndexRuns`. is_gone: whether a lease's owner is known to have died."""

    engine: Engine
    default_model: str
    lease: timedelta
    is_gone: Callable[[str], bool]

    def claim(self, document_id: int, *, owner: str) -> Claim | None:
        columns = (
            document,
            (_DOCUMENT.lease_until > func.now()).label("is_leased"),
            knowledge_base.c.uuid.label("base_uuid"),
            knowledge_base.c.embedding_model,
            knowledge_base.c.chunk_size,
            knowledge_base.c.chunk_overlap,
            *PAGE_COLUMNS,
        )
        found = (
            select(*columns)
            .join(knowledge_base, knowledge_base.c.id == _DOCUMENT.knowledge_base_id)
            .outerjoin(link, link.c.id == _DOCUMENT.link_id)
            .where(_DOCUMENT.id == document_id, _DOCUMENT.status == "indexing")
            .with_for_update(of=document)
        )
        with self.engine.begin() as connection:
            row = connection.execute(found).first()
            if row is None:
                return None
            if row.is_leased and row.lease_owner != owner and not self.is_gone(row.lease_owner):
                raise HeldByAnother(f"document {document_id} is held by {row.lease_owner}")
            claim = self._claim(row, owner)
            if row.building_space is not None and claim.space is None:
                claim = self._started_over(connection, claim)
            self._take(connection, claim)
        return claim

    def _claim(self, row: Any, owner: str) -> Claim:
        settings = IndexSettings(
            embedding_model=row.embedding_model or self.default_model,
            chunk_size=row.chunk_size,
            chunk_overlap=row.chunk_overlap,
        )
        continues = row.building_space is not None and row.building_with == settings.signature
        return Claim(
            document_id=row.id,
            revision=row.revision,
            owner=owner,
            user_id=row.user_id,
            knowledge_base_uuid=row.base_uuid,
            task_id=row.task_id,
            name=row.name,
            object_key=row.object_key,
            settings=settings,
            attempts=row.attempts + 1,
            reached=row.reached if continues else 0,
            space=VectorSpace.parse(row.building_space) if continues else None,
            page=linked_page(row, settings),
            summary=row.summary,
        )

    def _started_over(self, connection: Connection, claim: Claim) -> Claim:
        """Under a new revision: what an attempt with other settings put in must never answer."""
        mine = _DOCUMENT.id == claim.document_id
        self._retire(connection, mine, active=False)
        fresh = (
            update(document)
            .where(mine)
            .values(revision=document_revision.next_value(), building_space=None)
        )
        revision = connection.execute(fresh.returning(_DOCUMENT.revision)).scalar_one()
        return replace(claim, revision=revision)

    def _take(self, connection: Connection, claim: Claim) -> None:
        connection.execute(
            update(document)
            .where(_DOCUMENT.id == claim.document_id)
            .values(
                attempts=claim.attempts,
                reached=claim.reached,
                building_with=claim.settings.signature,
                lease_owner=claim.owner,
                lease_until=func.now() + self.lease,
                touched_at=func.now(),
                **({"fetched_at": func.now()} if claim.page else {}),
            )
        )
        _tell(connection, claim, state="running", stage=f"fetching {claim.so_far}")

    def renew(self, claim: Claim) -> None:
        with self.engine.begin() as connection:
            self._held(connection, claim)

    def tell(self, claim: Claim, stage: str) -> None:
        with self.engine.begin() as connection:
            self._held(connection, claim)
            _tell(connection, claim, stage=stage)

    def enter_space(self, claim: Claim, space: VectorSpace) -> None:
        with self.engine.begin() as connection:
            self._held(connection, claim, building_space=str(space))

    def reach(self, claim: Claim, chunks: int, *, stage: str) -> None:
        with self.engine.begin() as connection:
            self._held(connection, claim, reached=chunks, attempts=1 if chunks else claim.attempts)
            _tell(connection, claim, stage=stage)

    def wait(self, claim: Claim, stage: str) -> None:
        with self.engine.begin() as connection:
            self._give_back(connection, claim, stage)

    def others_wait(self, claim: Claim) -> bool:
        """Pages whose site asks for a pause just now are not among them."""
        others = (
            select(_DOCUMENT.id)
            .outerjoin(link, link.c.id == _DOCUMENT.link_id)
            .where(
                _DOCUMENT.status == "indexing",
                _DOCUMENT.id != claim.document_id,
                or_(_DOCUMENT.lease_until.is_(None), _DOCUMENT.lease_until < func.now()),
                or_(link.c.id.is_(None), link.c.polite_at <= func.now()),
            )
        )
        with self.engine.connect() as connection:
            return connection.execute(others.limit(1)).first() is not None

    def make_way(self, claim: Claim, stage: str) -> None:
        with self.engine.begin() as connection:
            self._give_back(connection, claim, stage)
            connection.execute(index_job(claim.document_id, claim.task_id))

    def _give_back(self, connection: Connection, claim: Claim, stage: str) -> None:
        blameless = func.greatest(_DOCUMENT.attempts - 1, 0)
        self._held(connection, claim, attempts=blameless, lease_until=None, lease_owner=None)
        _tell(connection, claim, stage=stage)

    def succeed(self, claim: Claim, *, chunks: int, space: VectorSpace) -> None:
        with self._ending(claim) as connection:
            self._retire(connection, _mine(claim), active=True)
            self._held(
                connection,
                claim,
                status="indexed",
                error=None,
                active_revision=claim.revision,
                active_space=str(space),
                indexed_with=claim.settings.signature,
                chunks=chunks,
                content_hash=_DOCUMENT.fetched_hash,
                **_AT_REST,
            )
            _tell(connection, claim, state="indexed", stage="", chunks=chunks)
            connection.execute(announced(DocumentIndexed(**_facts(claim), chunks=chunks)))

    def fail(self, claim: Claim, *, reason: str) -> None:
        with self._ending(claim) as connection:
            self._retire(connection, _mine(claim), active=False)
            self._held(connection, claim, status="failed", error=reason, **_AT_REST)
            _tell(connection, claim, state="failed", stage="", error=reason)
            connection.execute(announced(DocumentFailed(**_facts(claim), reason=reason)))

    def keep(self, claim: Claim) -> None:
        with self._ending(claim) as connection:
            self._retire(connection, _mine(claim), active=False)
            active = {"status": "indexed", "error": None, "revision": _DOCUMENT.active_revision}
            self._held(connection, claim, **active, **_AT_REST)
            found = select(_DOCUMENT.chunks).where(_DOCUMENT.id == claim.document_id)
            _tell(connection, claim, state="indexed", stage="", chunks=found.scalar_subquery())

    def drop(self, claim: Claim) -> None:
        with self._ending(claim) as connection:
            self._held(connection, claim)
            remove_documents(connection, _DOCUMENT.id == claim.document_id)

    @contextmanager
    def _ending(self, claim: Claim) -> Iterator[Connection]:
        """The task's row is locked first: the last of its documents sees that it is the last."""
        with self.engine.begin() as connection:
            locked = select(task.c.id).where(task.c.id == claim.task_id).with_for_update()
            connection.execute(locked)
            yield connection
            if claim.task_id is not None:
                end_if_done(connection, claim.task_id)

    def _held(self, connection: Connection, claim: Claim, **values: Any) -> None:
        fresh = {"lease_until": func.now() + self.lease, "touched_at": func.now(), **values}
        held = update(document).where(_mine(claim)).values(**fresh)
        if connection.execute(held.returning(_DOCUMENT.id)).first() is None:
            raise LeaseLost(f"document {claim.document_id}, revision {claim.revision}")

    def _retire(self, connection: Connection, mine: ColumnElement[bool], *, active: bool) -> None:
        """The revision that answers no more (active), or never will, is stale if it has vectors."""
        revision = _DOCUMENT.active_revision if active else _DOCUMENT.revision
        space = _DOCUMENT.active_space if active else _DOCUMENT.building_space
        base = select(knowledge_base.c.uuid).where(
            knowledge_base.c.id == _DOCUMENT.knowledge_base_id
        )
        rows = select(revision, base.scalar_subquery(), space, _DOCUMENT.id).where(
            mine, revision.is_not(None), space.is_not(None)
        )
        names = ["revision", "knowledge_base_uuid", "space", "document_id"]
        connection.execute(insert(stale_vectors).from_select(names, rows))


_AT_REST = {"lease_owner": None, "lease_until": None, "attempts": 0, "building_space": None}


def _mine(claim: Claim) -> ColumnElement[bool]:
    """The document, as long as the claim to it is good."""
    return and_(
        _DOCUMENT.id == claim.document_id,
        _DOCUMENT.revision == claim.revision,
        _DOCUMENT.lease_owner == claim.owner,
        _DOCUMENT.status == "indexing",
    )


def _facts(claim: Claim) -> dict[str, Any]:
    return {
        "user_id": claim.user_id,
        "knowledge_base_uuid": claim.knowledge_base_uuid,
        "document_id": claim.document_id,
        "document_name": claim.name,
        "task_id": claim.task_id,
    }


def _tell(connection: Connection, claim: Claim, **values: Any) -> None:
    mine = (task_document.c.task_id == claim.task_id) & (
        task_document.c.document_id == claim.document_id
    )
    statement = update(task_document).where(mine).values(updated_at=func.now(), **values)
    connection.execute(statement)
