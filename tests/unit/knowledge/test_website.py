"""robots.txt, sitemaps and pages, from loopback servers."""

import gzip
from collections.abc import Iterator

import pytest

from chassis.guarded_http import GuardedHttp, Limits
from chassis.reach import Reach
from chassis.web_address import WebAddress
from services.knowledge.adapters.web_pages import GuardedPages
from services.knowledge.adapters.website import RobotsSite
from services.knowledge.domain.extraction import ExtractionFailed
from services.knowledge.domain.link import PageGone
from tests.unit.chassis.web_servers import Site, page, redirect, site

HTTP = GuardedHttp(
    reach=Reach.allowing(["127.0.0.1"]),
    limits=Limits(body_bytes=100_000, total_s=2, silence_s=0.5),
    user_agent="test",
)


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as made:
        yield made


def robots(*lines: str) -> object:
    return page("\n".join(lines), Content_Type="text/plain")


def rules() -> RobotsSite:
    return RobotsSite(HTTP, "ParlanceBot")


def test_robots_are_asked_once_and_obeyed(web: Site) -> None:
    web.answers["/robots.txt"] = robots(
        "User-agent: *", "Disallow: /", "User-agent: parlancebot", "Disallow: /p*/x$",
        "Allow: /p/open", "Crawl-delay: 3",
    )  # type: ignore[assignment]  # fmt: skip
    kept = rules()
    assert kept.allows(f"{web.url}/any")
    assert not kept.allows(f"{web.url}/pages/x")
    assert kept.allows(f"{web.url}/pages/xy")
    assert kept.delay_s(web.url) == 3
    assert web.requests == ["/robots.txt"]


@pytest.mark.parametrize("answer", [None, page("<h1>Disallow: /</h1>"), redirect("/nowhere")])
def test_a_site_without_robots_allows_everything(web: Site, answer: object) -> None:
    if answer is not None:
        web.answers["/robots.txt"] = answer  # type: ignore[assignment]
    assert rules().allows(f"{web.url}/any")
    assert rules().delay_s(web.url) == 0


def test_robots_that_cannot_be_had_stop_the_crawl(web: Site) -> None:
    web.answers["/robots.txt"] = page("", status=503)
    with pytest.raises(ExtractionFailed, match="503"):
        rules().allows(web.url)
    with pytest.raises(ExtractionFailed, match="not allowed"):
        rules().allows("http://10.0.0.1/")


def test_a_huge_delay_and_hostile_rules_are_bounded(web: Site) -> None:
    lines = ["User-agent: *", "Crawl-delay: 86400", "Disallow: /" + "*a" * 2_000 + "b"]
    web.answers["/robots.txt"] = robots(*lines)  # type: ignore[assignment]
    assert rules().delay_s(web.url) == 10
    assert rules().allows(f"{web.url}/" + "a" * 1_900)


def sitemap(*urls: str, kind: str = "urlset") -> str:
    return f"<?xml version='1.0'?><{kind}>{''.join(f'<url><loc> {u} </loc></url>' for u in urls)}</{kind}>"


def test_sitemaps_are_followed_within_the_site(web: Site) -> None:
    web.answers = {
        "/robots.txt": robots(f"Sitemap: {web.url}/index.xml", "Sitemap: http://10.0.0.1/s.xml"),  # type: ignore[dict-item]
        "/index.xml": page(
            sitemap(f"{web.url}/one.xml.gz", f"{web.url}/index.xml", kind="sitemapindex")
        ),
        "/one.xml.gz": page(gzip.compress(sitemap(f"{web.url}/a?x=1&amp;y=2").encode())),
        "/sitemap.xml": page(sitemap(f"{web.url}/b")),
    }
    found = rules().mapped(WebAddress.parse(web.url))
    assert found == [f"{web.url}/a?x=1&y=2", f"{web.url}/b"]


@pytest.mark.parametrize(
    "body",
    [b"", b"\x1f\x8bnope", gzip.compress(bytes(50_000_000)), b"<urlset>" + b"<loc>" * 9_000,
     b'<!DOCTYPE x [<!ENTITY a "b">]><urlset><loc>&a;</loc></urlset>'],
)  # fmt: skip
def test_a_hostile_sitemap_maps_nothing_of_note(web: Site, body: bytes) -> None:
    web.answers["/sitemap.xml"] = page(body)
    assert [
        url for url in rules().mapped(WebAddress.parse(web.url)) if url.startswith("http")
    ] == []


def fetched(web: Site, path: str, *, may_be_gone: bool = False) -> tuple[str, bytes]:
    found = GuardedPages(HTTP).fetch(web.url + path, may_be_gone=may_be_gone)
    return found.kind, found.body


def test_the_reader_is_chosen_by_type_then_name_then_bytes(web: Site) -> None:
    plain, unknown = "text/plain", "application/octet-stream"
    web.answers = {
        "/html": page("<p>x"),
        "/notes.md": page("# x", Content_Type=plain),
        "/read.txt": page("x", Content_Type=plain),
        "/a.csv": page("a,b", Content_Type=unknown),
        "/download": page(b"%PDF-1.7 x", Content_Type=unknown),
        "/bare": page("<p>x", Content_Type=""),
    }
    kinds = {path: fetched(web, path)[0] for path in web.answers}
    assert kinds == {"/html": "page", "/notes.md": "md", "/read.txt": "txt", "/a.csv": "csv",
                     "/download": "pdf", "/bare": "page"}  # fmt: skip


@pytest.mark.parametrize(
    ("charset", "raw"),
    [("iso-8859-1", "Käse – €".encode("cp1252")), ("windows-1251", "Привет".encode("cp1251")),
     ("iso-8859-1", "Käse – €".encode()), ("shift_jis", "日本".encode("shift_jis"))],
)  # fmt: skip
def test_the_encoding_of_the_header_counts_unless_the_bytes_belie_it(
    web: Site, charset: str, raw: bytes
) -> None:
    web.answers["/"] = page(raw, Content_Type=f"text/html; charset={charset}")
    text = fetched(web, "/")[1].decode("utf-8-sig")
    assert text in {"Käse – €", "Привет", "日本"}


def test_an_encoding_that_nobody_knows_is_left_to_the_reader(web: Site) -> None:
    web.answers["/"] = page(b"K\xe4se", Content_Type="text/html; charset=klingon")
    assert fetched(web, "/")[1] == b"K\xe4se"


@pytest.mark.parametrize(
    ("answer", "says"),
    [(page("", status=403), "403 Forbidden"), (page("x", status=599), "answered 599."),
     (page(b"x", Content_Type="video/mp4"), "video/mp4"), (page(b""), "empty"),
     (page(b"\x89PNG\r\n\x1a\n"), "image"), (page(b"x", Content_Type="application/pdf"), "not a PDF")],
)  # fmt: skip
def test_what_cannot_be_read_is_told(web: Site, answer: object, says: str) -> None:
    web.answers["/"] = answer  # type: ignore[assignment]
    with pytest.raises(ExtractionFailed) as failed:
        fetched(web, "/")
    assert says in failed.value.reason
    assert "Supported types" not in failed.value.reason


def test_a_page_that_is_gone_goes_where_it_may(web: Site) -> None:
    with pytest.raises(PageGone):
        fetched(web, "/", may_be_gone=True)
    with pytest.raises(ExtractionFailed, match="404"):
        fetched(web, "/")
