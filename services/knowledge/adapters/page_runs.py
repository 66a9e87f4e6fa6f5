"""Pages of links on their way into the index: index runs, and what a crawl finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.knowledge.adapters.index_runs import PostgresIndexRuns
from services.knowledge.adapters.tables import (
    document,
    document_revision,
    link,
    task,
    task_document,
)
from services.knowledge.adapters.tasks import index_job
from services.knowledge.domain.index_run import Claim
from services.knowledge.domain.link import LinkedPage, PageFacts, PageGone
from services.knowledge.domain.page_address import chosen, same_page

_DOCUMENT = document.c
DUPLICATE = "Another page of the link is the same."


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresPageRuns(PostgresIndexRuns):
    """The ports `IndexRuns` and `PageRuns`. Locks, in this order: the task, the link, documents."""

    def turn(self, claim: Claim, *, delay_s: float, patience_s: float) -> float | None:
        turn, delay = func.greatest(link.c.polite_at, func.now()), timedelta(seconds=delay_s)
        is_soon = link.c.polite_at <= func.now() + timedelta(seconds=patience_s)
        taken = (
            update(link)
            .where(link.c.id == _page(claim).link_id, is_soon)
            .values(polite_at=turn + delay)
            .returning(func.extract("epoch", link.c.polite_at - func.now()) - delay_s)
        )
        with self.engine.begin() as connection:
            left_s = connection.execute(taken).scalar()
        return None if left_s is None else float(left_s)

    def fetched(self, claim: Claim, facts: PageFacts, *, limit: int) -> None:
        page = _page(claim)
        with self.engine.begin() as connection:
            locked = select(task.c.status).where(task.c.id == claim.task_id).with_for_update()
            is_running = connection.execute(locked).scalar() == "PENDING"
            connection.execute(select(link.c.id).where(link.c.id == page.link_id).with_for_update())
            pages = _pages_of(connection, page.link_id)
            others = {row.url: row for row in pages if row.id != claim.document_id}
            self._held(
                connection,
                claim,
                url=_settled(page, facts, others),
                name=facts.name,
                size_bytes=facts.size_bytes,
                media_kind=facts.kind,
                fetched_revision=claim.revision,
                fetched_hash=facts.content_hash,
            )
            known = [*others, facts.url, page.url]
            new = chosen(facts.found, known, room=limit - len(pages))
            self._take_in(connection, claim, new, task_id=claim.task_id if is_running else None)

    def _take_in(
        self, connection: Connection, claim: Claim, urls: Sequence[str], *, task_id: UUID | None
    ) -> None:
        """New pages, one step deeper, each with a job; they count in the task that runs."""
        page = _page(claim)
        base = select(_DOCUMENT.knowledge_base_id).where(_DOCUMENT.id == claim.document_id)
        for url in urls:
            row = {
                "user_id": claim.user_id,
                "knowledge_base_id": base.scalar_subquery(),
                "kind": "link",
                "name": url[:255],
                "object_key": page_key(claim.knowledge_base_uuid),
                "size_bytes": 0,
                "status": "indexing",
                "task_id": task_id,
                "revision": document_revision.next_value(),
                "link_id": page.link_id,
                "url": url,
                "depth": page.depth + 1,
            }
            made = upsert(document).values(**row).on_conflict_do_nothing().returning(_DOCUMENT.id)
            document_id = connection.execute(made).scalar()
            if document_id is None:
                continue
            if task_id is not None:
                listed = {"task_id": task_id, "document_id": document_id, "name": url[:255]}
                connection.execute(insert(task_document).values(**listed))
            connection.execute(index_job(document_id, task_id))


def page_key(base: UUID) -> str:
    """Where the bytes of a new page go."""
    return f"links/{base}/{uuid4()}"


def _page(claim: Claim) -> LinkedPage:
    if claim.page is None:
        raise TypeError(f"document {claim.document_id} is no page of a link")
    return claim.page


def _pages_of(connection: Connection, link_id: int) -> Sequence[Any]:
    columns = (_DOCUMENT.id, _DOCUMENT.url, _DOCUMENT.fetched_hash)
    return connection.execute(select(*columns).where(_DOCUMENT.link_id == link_id)).all()


def _settled(page: LinkedPage, facts: PageFacts, others: dict[str, Any]) -> str:
    """The page's address from now on. Raises PageGone where another page is this one."""
    taken = {same_page(url) for url in others}
    if page.depth == 0:
        return page.url if same_page(facts.url) in taken else facts.url
    if any(row.fetched_hash == facts.content_hash for row in others.values()):
        raise PageGone(DUPLICATE)
    if facts.canonical is not None and same_page(facts.canonical) not in taken:
        return facts.canonical
    if same_page(facts.url) in taken:
        raise PageGone(DUPLICATE)
    return facts.url
