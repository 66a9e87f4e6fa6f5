"""Fetch a page of a link, keep it, read it, and find the pages it leads to."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from chassis.web_address import WebAddress
from contracts.errors import Unavailable
from services.knowledge.domain.extraction import ExtractedDocument, ExtractionFailed
from services.knowledge.domain.index_run import Claim
from services.knowledge.domain.link import (
    FetchedPage,
    LinkedPage,
    PageFacts,
    PageGone,
    PageUnchanged,
    content_hash,
)
from services.knowledge.domain.media_types import ReadKind, reading_name
from services.knowledge.domain.page_address import CrawlLimits, candidates, page_address, same_page
from services.knowledge.ports import Extractor, ObjectStore, PageRuns, Site, WebPages

Check = Callable[[], None]
NAP_S = 0.2
PATIENCE_S = 2.0
"""Who has to wait longer for a page leaves the worker to others meanwhile."""
PAUSE = "The site asks for a pause between its pages."
DISALLOWED = "The site's robots.txt does not allow this page to be fetched."
NO_INDEX = "The page asks not to be indexed."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """The part of an index run that only links have. Safe to be run again after a crash."""

    runs: PageRuns
    web: WebPages
    site: Site
    objects: ObjectStore
    extractor: Extractor
    limits: CrawlLimits
    delay_s: float
    extract_timeout_s: float = 60
    sleep: Callable[[float], None] = field(default=time.sleep)

    def __call__(
        self, claim: Claim, page: LinkedPage, folder: Path, check: Check
    ) -> ExtractedDocument:
        """Raises ExtractionFailed, PageUnchanged, PageGone, LeaseLost, Interrupted, Unavailable."""
        if page.stored is not None:
            path = folder / reading_name(cast("ReadKind", page.stored))
            if self.objects.download(claim.object_key, path):
                document = self._extracted(path, page.stored, check)
                if content_hash(document.blocks) == page.stored_hash:
                    return document
        fetched = self._fetched(claim, page, check)
        path = folder / reading_name(cast("ReadKind", fetched.kind))
        path.write_bytes(fetched.body)
        document = self._extracted(path, fetched.kind, check)
        facts = self._facts(page, fetched, document)
        self.runs.tell(claim, f"storing {claim.name}")  # not without the lease
        self.objects.upload(claim.object_key, path)
        self.runs.fetched(claim, facts, limit=self.limits.pages)
        if facts.content_hash == page.answering:
            raise PageUnchanged
        return document

    def _fetched(self, claim: Claim, page: LinkedPage, check: Check) -> FetchedPage:
        if page.grabber_enabled:
            if not self.site.allows(page.url):
                raise ExtractionFailed(DISALLOWED)
            self._wait_politely(claim, page, check)
        self.runs.tell(claim, f"fetching {page.url[:200]}")
        fetched = self.web.fetch(page.url, may_be_gone=page.depth > 0)
        check()
        if page.depth > 0 and fetched.address.origin != WebAddress.parse(page.start_url).origin:
            raise PageGone("It leads to another site.")
        if page.grabber_enabled and not self.site.allows(str(fetched.address)):
            raise ExtractionFailed(DISALLOWED)
        return fetched

    def _wait_politely(self, claim: Claim, page: LinkedPage, check: Check) -> None:
        """Pages of one link are fetched one after another, however many workers there are."""
        delay_s = max(self.delay_s, self.site.delay_s(page.url))
        left_s = self.runs.turn(claim, delay_s=delay_s, patience_s=PATIENCE_S)
        if left_s is None:
            raise Unavailable(PAUSE)
        while left_s > 0:
            check()
            self.sleep(min(NAP_S, left_s))
            left_s -= NAP_S

    def _extracted(self, path: Path, kind: str, check: Check) -> ExtractedDocument:
        check()
        reader = cast("ReadKind", kind)
        document = self.extractor.extract(path, reader, timeout_s=self.extract_timeout_s)
        check()
        return document

    def _facts(
        self, page: LinkedPage, fetched: FetchedPage, document: ExtractedDocument
    ) -> PageFacts:
        said = document.metadata if fetched.kind == "page" else {}
        robots = said.get("robots", "")
        if page.grabber_enabled and page.depth > 0 and ("noindex" in robots or robots == "none"):
            raise PageGone(NO_INDEX)
        url = page_address(fetched.address)
        if same_page(url) == same_page(page.url):
            url = page.url
        follows = page.grabber_enabled and page.depth < self.limits.depth
        may_follow = follows and "nofollow" not in robots and robots != "none"
        return PageFacts(
            url=url,
            canonical=_canonical(fetched.address, said),
            name=_name(page, document, url),
            kind=fetched.kind,
            size_bytes=len(fetched.body),
            content_hash=content_hash(document.blocks),
            found=tuple(self._found(page, fetched.address, said)) if may_follow else (),
        )

    def _found(self, page: LinkedPage, address: WebAddress, said: Mapping[str, str]) -> list[str]:
        links = [str(link) for link in json.loads(said.get("links") or "[]")]
        if page.depth == 0:
            links += self.site.mapped(address)
        found = candidates(address, said.get("base", ""), links)
        return [url for url in found if self.site.allows(url)]


def _canonical(address: WebAddress, said: Mapping[str, str]) -> str | None:
    """Of the same origin. Many sites call each of their pages by the front page's address."""
    named = said.get("canonical")
    found = candidates(address, said.get("base", ""), [named]) if named else []
    return found[0] if found and same_page(found[0]) != address.origin else None


def _name(page: LinkedPage, document: ExtractedDocument, url: str) -> str:
    title = document.title.replace("\x00", "").encode("utf-8", "replace").decode()
    own = " ".join(title.split())
    return ((page.title if page.depth == 0 else "") or own or url)[:255]
