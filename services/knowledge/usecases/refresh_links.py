"""Fetch links again whose time has come."""

from dataclasses import dataclass

import structlog

from services.knowledge.ports import DueLinks

log = structlog.get_logger(__name__)
AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshLinks:
    """A step of the sweeper: `update_dynamically` by the `update_interval` of their knowledge base.

    The rows say when, so that no restart forgets one; what is unchanged is not indexed again.
    """

    links: DueLinks

    def refresh_links(self) -> None:
        """Begin with a few; the rest follows in the next rounds."""
        begun = self.links.refresh(limit=AT_ONCE)
        if begun:
            log.info("links_refreshed", links=begun)
