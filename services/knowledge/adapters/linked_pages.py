"""What a claim says of a document that is a page of a link."""

from typing import Any

from sqlalchemy import select

from chassis.web_address import WebAddress
from services.knowledge.adapters.tables import document, link
from services.knowledge.domain.index_settings import IndexSettings
from services.knowledge.domain.link import LinkedPage

_first = document.alias("first")
PAGE_COLUMNS = (
    link.c.url.label("link_url"),
    link.c.title.label("link_title"),
    link.c.grabber_enabled,
    select(_first.c.url)
    .where(_first.c.link_id == link.c.id, _first.c.depth == 0)
    .scalar_subquery()
    .label("start_url"),
)
"""Beside those of the document, outer-joined with its link."""


def linked_page(row: Any, settings: IndexSettings) -> LinkedPage | None:
    """None where the document is no page of a link."""
    if row.link_id is None:
        return None
    is_stored = row.fetched_revision is not None and row.fetched_revision == row.revision
    is_current = row.active_revision is not None and row.indexed_with == settings.signature
    return LinkedPage(
        link_id=row.link_id,
        url=row.url if row.depth else str(WebAddress.parse(row.link_url)),
        start_url=row.start_url,
        depth=row.depth,
        title=row.link_title,
        grabber_enabled=row.grabber_enabled,
        stored=row.media_kind if is_stored else None,
        stored_hash=row.fetched_hash if is_stored else None,
        answering=row.content_hash if is_current else None,
    )
