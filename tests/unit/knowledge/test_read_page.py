"""Reading a page of a link: what is fetched, kept, found and refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chassis.web_address import WebAddress
from contracts.errors import Unavailable
from services.knowledge.domain.extraction import Block, ExtractedDocument, ExtractionFailed
from services.knowledge.domain.index_run import Claim, Interrupted
from services.knowledge.domain.index_settings import IndexSettings
from services.knowledge.domain.link import (
    FetchedPage,
    LinkedPage,
    PageFacts,
    PageGone,
    PageUnchanged,
    content_hash,
)
from services.knowledge.domain.page_address import CrawlLimits
from services.knowledge.usecases.read_page import ReadPage

from .fakes import FakeObjects

HOME = "https://a.example/"
PAGE = LinkedPage(
    link_id=1,
    url=HOME,
    start_url=HOME,
    depth=0,
    title="",
    grabber_enabled=True,
    stored=None,
    stored_hash=None,
    answering=None,
)
CLAIM = Claim(
    document_id=1,
    revision=1,
    owner="me",
    user_id=1,
    knowledge_base_uuid=uuid4(),
    task_id=None,
    name=HOME,
    object_key="links/1",
    settings=IndexSettings(embedding_model="m", chunk_size=64, chunk_overlap=0),
    attempts=1,
    reached=0,
    space=None,
    page=PAGE,
)


@dataclass
class Runs:
    facts: list[PageFacts] = field(default_factory=list)
    wait_s: float = 0

    def tell(self, _claim: Claim, stage: str) -> None:
        """Nobody reads it."""

    def turn(self, _claim: Claim, *, delay_s: float, patience_s: float) -> float | None:
        return self.wait_s if self.wait_s <= patience_s else None

    def fetched(self, _claim: Claim, facts: PageFacts, *, limit: int) -> None:
        self.facts.append(facts)


@dataclass
class Web:
    pages: dict[str, str | Exception] = field(default_factory=dict)
    fetches: list[str] = field(default_factory=list)
    ends_at: str | None = None

    def fetch(self, url: str, *, may_be_gone: bool) -> FetchedPage:
        self.fetches.append(url)
        found = self.pages[url]
        if isinstance(found, Exception):
            raise found
        address = WebAddress.parse(self.ends_at or url)
        return FetchedPage(address=address, kind="page", body=found.encode())


@dataclass
class Site:
    refused: frozenset[str] = frozenset()
    sitemap: list[str] = field(default_factory=list)

    def allows(self, url: str) -> bool:
        return url not in self.refused

    def delay_s(self, _url: str) -> float:
        return 0

    def mapped(self, _address: WebAddress) -> list[str]:
        return self.sitemap


class Lines:
    """First line JSON metadata, then a paragraph a line."""

    def extract(self, path: Path, _kind: str, *, timeout_s: float) -> ExtractedDocument:
        said, *lines = path.read_text().split("\n")
        metadata = {
            k: v if isinstance(v, str) else json.dumps(v) for k, v in json.loads(said).items()
        }
        title = metadata.pop("title", "")
        return ExtractedDocument(
            blocks=[Block(text=line) for line in lines], title=title, metadata=metadata
        )


def html(*lines: str, **said: Any) -> str:
    return "\n".join((json.dumps(said), *(lines or ("text",))))


@dataclass
class Desk:
    tmp_path: Path
    runs: Runs = field(default_factory=Runs)
    web: Web = field(default_factory=Web)
    site: Site = field(default_factory=Site)
    objects: FakeObjects = field(default_factory=FakeObjects)
    naps: list[float] = field(default_factory=list)

    def read(self, page: LinkedPage = PAGE, check: Callable[[], None] = lambda: None) -> Any:
        reader = ReadPage(
            runs=self.runs,
            web=self.web,
            site=self.site,
            objects=self.objects,
            extractor=Lines(),
            limits=CrawlLimits(depth=2, pages=10),
            delay_s=0.5,
            sleep=self.naps.append,
        )
        return reader(replace(CLAIM, page=page), page, self.tmp_path, check)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_page_is_stored_and_its_links_are_found(desk: Desk) -> None:
    desk.web.pages[HOME] = html("one", title=" A \n b ", links=["/x", "https://b.example/", "/x#y"])
    desk.site.sitemap = [f"{HOME}y"]
    document = desk.read()
    assert [block.text for block in document.blocks] == ["one"]
    assert desk.objects.stored["links/1"] == desk.web.pages[HOME].encode()  # type: ignore[union-attr]
    (facts,) = desk.runs.facts
    assert (facts.url, facts.name, facts.kind) == (HOME, "A b", "page")
    assert facts.found == (f"{HOME}x", f"{HOME}y")
    assert facts.content_hash == content_hash(document.blocks)


def test_a_single_page_asks_no_robots_and_follows_nothing(desk: Desk) -> None:
    desk.web.pages[HOME] = html(links=["/x"], robots="noindex")
    desk.site.refused = frozenset({HOME})
    desk.read(replace(PAGE, grabber_enabled=False))
    assert desk.runs.facts[0].found == ()


def test_what_robots_refuse_is_not_fetched(desk: Desk) -> None:
    desk.site.refused = frozenset({HOME})
    with pytest.raises(ExtractionFailed, match="robots"):
        desk.read()
    desk.site.refused = frozenset({f"{HOME}x"})
    desk.web.pages[HOME] = html(links=["/x", "/y"])
    desk.read()
    assert desk.runs.facts[0].found == (f"{HOME}y",)
    assert desk.web.fetches == [HOME]


@pytest.mark.parametrize(("said", "depth"), [({"robots": "nofollow"}, 0), ({}, 2)])
def test_pages_that_say_so_and_pages_deep_down_are_not_followed(
    desk: Desk, said: dict[str, str], depth: int
) -> None:
    desk.web.pages[HOME] = html(links=["/x"], **said)
    desk.read(replace(PAGE, depth=depth))
    assert desk.runs.facts[0].found == ()


def test_a_found_page_that_is_not_wanted_goes(desk: Desk) -> None:
    below = replace(PAGE, depth=1, url=f"{HOME}x")
    desk.web.pages[below.url] = html(robots="noindex")
    with pytest.raises(PageGone):
        desk.read(below)
    desk.web.pages[below.url] = html()
    desk.web.ends_at = "https://b.example/"
    with pytest.raises(PageGone):
        desk.read(below)
    assert desk.objects.stored == {}


def test_the_first_page_may_be_redirected_to_another_site(desk: Desk) -> None:
    desk.web.pages[HOME] = html(links=["/x"])
    desk.web.ends_at = "https://www.a.example/start"
    desk.read()
    (facts,) = desk.runs.facts
    assert (facts.url, facts.found) == ("https://www.a.example/start", ("https://www.a.example/x",))


def test_text_that_answers_already_is_not_indexed_again(desk: Desk) -> None:
    desk.web.pages[HOME] = html("same", links=["/new"])
    answering = content_hash([Block(text="same")])
    with pytest.raises(PageUnchanged):
        desk.read(replace(PAGE, answering=answering))
    assert desk.runs.facts[0].found == (f"{HOME}new",)


def test_a_page_that_was_fetched_is_not_fetched_again_after_a_crash(desk: Desk) -> None:
    desk.objects.stored["links/1"] = html("kept").encode()
    kept = replace(PAGE, stored="page", stored_hash=content_hash([Block(text="kept")]))
    assert [block.text for block in desk.read(kept).blocks] == ["kept"]
    assert desk.web.fetches == []


def test_stored_bytes_that_are_others_are_fetched_anew(desk: Desk) -> None:
    desk.objects.stored["links/1"] = html("of somebody else").encode()
    desk.web.pages[HOME] = html("right")
    kept = replace(PAGE, stored="page", stored_hash=content_hash([Block(text="right")]))
    assert [block.text for block in desk.read(kept).blocks] == ["right"]


def test_waiting_for_a_turn_ends_with_the_process(desk: Desk) -> None:
    desk.runs.wait_s = 1.5

    def check() -> None:
        if len(desk.naps) == 3:
            raise Interrupted

    with pytest.raises(Interrupted):
        desk.read(check=check)
    assert desk.naps == [0.2] * 3
    assert desk.web.fetches == []


def test_a_long_pause_is_left_to_others(desk: Desk) -> None:
    desk.runs.wait_s = 9
    with pytest.raises(Unavailable, match="pause"):
        desk.read()
    assert (desk.naps, desk.web.fetches) == ([], [])


@pytest.mark.parametrize(
    ("canonical", "believed"),
    [
        ("/x", f"{HOME}x"),
        (HOME, None),
        ("https://b.example/x", None),
        ("", None),
        ("http://[", None),
    ],
)
def test_what_a_page_calls_itself_is_believed_within_its_site(
    desk: Desk, canonical: str, believed: str | None
) -> None:
    desk.web.pages[HOME] = html(canonical=canonical)
    desk.read()
    assert desk.runs.facts[0].canonical == believed


def test_the_user_s_title_names_the_first_page_only(desk: Desk) -> None:
    below = replace(PAGE, depth=1, url=f"{HOME}x", title="Mine")
    desk.web.pages = {HOME: html(title="Own"), below.url: html(title="Own"), f"{HOME}y": html()}
    desk.read(replace(PAGE, title="Mine"))
    desk.read(below)
    desk.read(replace(below, url=f"{HOME}y"))
    assert [facts.name for facts in desk.runs.facts] == ["Mine", "Own", f"{HOME}y"]
