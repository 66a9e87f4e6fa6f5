"""Links on real parts: fetched, followed, refreshed and taken away."""

import gzip
import time

import pytest

from contracts.errors import InvalidRequest, NotFound
from contracts.rpc.knowledge import KnowledgeBases, UserRef
from tests.integration.knowledge.conftest import wait_until
from tests.unit.chassis.web_servers import page, redirect

HOURS = """<html><head><title>Opening hours</title></head><body><nav><a href="/about">About</a></nav>
<main><h1>Opening hours</h1><p>The warehouse in Rotterdam opens at seven in the morning, every day of
the week except on Sundays, when the gates stay closed and nobody answers the telephone.</p></main>
<footer>All rights reserved.</footer></body></html>"""
PARKING = """<html><head><title>Parking</title></head><body><main><h1>Parking</h1><p>Bicycles are kept in
the cellar behind the kitchen, where forty of them find a place; cars are parked on the roof, which is
reached by the ramp beside the fire station.</p></main></body></html>"""


def linked(title: str, sentence: str, *targets: str) -> str:
    links = "".join(f'<li><a href="{target}">{target}</a></li>' for target in targets)
    return (
        f"<html><head><title>{title}</title></head><body><nav><ul>{links}</ul></nav><main><h1>{title}"
        f"</h1><p>{sentence} {'This sentence makes the page long enough to have a main text. ' * 3}"
        "</p></main></body></html>"
    )


def test_a_link_is_indexed_by_the_task_and_cited_by_its_url(links, web) -> None:
    web.answers = {"/hours": page(HOURS)}
    base = links.base()
    url = f"{web.url}/hours?utm_source=mail#top"
    added = links.add(base, url)
    assert (added.url, added.title, added.status) == (url, "", "uploaded")
    assert (added.grabbed, added.indexed) == (False, False)
    assert web.requests == []

    task = links.indexed(base)

    assert task.result == {"indexed": 1, "failed": [], "failed_count": 0, "chunks": 1}
    (link,) = links.all(base)
    assert (link.title, link.status, link.error) == ("Opening hours", "indexed", None)
    assert (link.grabbed, link.indexed, link.pages, link.chunks) == (True, True, 1, 1)
    first, *_ = links.search(base, "When does the warehouse open?")
    assert (first.kind, first.url) == ("link", f"{web.url}/hours")
    assert first.document_name == "Opening hours"
    assert "seven in the morning" in first.text
    assert "rights reserved" not in first.text
    assert links.documents(base) == []


def test_a_link_that_is_added_again_is_the_same(links, web) -> None:
    base = links.base()
    first = links.add(base, f"{web.url}/hours/", title="Hours")
    again = links.add(base, f"{web.url}/hours#x", title="", update_dynamically=True)
    assert (again.id, again.title, again.update_dynamically) == (first.id, "Hours", True)
    assert again.url == first.url
    assert len(links.all(base)) == 1
    other = links.add(base, f"{web.url}/other")
    with pytest.raises(InvalidRequest) as refused:
        links.change(other, url=f"{web.url}/hours")
    assert set(refused.value.fields) == {"url"}
    bases = links.call("list_knowledge_bases", UserRef(user_id=1), KnowledgeBases).knowledge_bases
    assert next(each for each in bases if each.id == base.id).links_count == 2


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1/", "http://[::1]/", "http://0x7f.1/", "ftp://a.example/",
     "nonsense", "http://169.254.169.254/latest/meta-data/", "https://u:p@a.example/"],
)  # fmt: skip
def test_an_address_that_may_not_be_reached_is_refused_at_once(links, url) -> None:
    base = links.base()
    with pytest.raises(InvalidRequest) as refused:
        links.add(base, url)
    assert set(refused.value.fields) == {"url"}
    assert links.all(base) == []


def test_a_redirect_into_the_inside_fails_the_link(links, web) -> None:
    web.answers = {"/": redirect("http://127.0.0.2:9/secret"), "/ok": page(HOURS)}
    base = links.base()
    bad = links.add(base, web.url)
    links.add(base, f"{web.url}/ok")
    task = links.indexed(base)
    assert task.result["indexed"] == 1
    assert "not allowed" in links.one(bad).error


def test_the_grabber_follows_the_site_and_nothing_else(links, web) -> None:
    web.answers = {
        "/robots.txt": page("User-agent: *\nDisallow: /private\n", Content_Type="text/plain"),
        "/sitemap.xml": page(f"<urlset><url><loc>{web.url}/mapped</loc></url></urlset>"),
        "/": page(linked("Start", "It all begins here.", "/a", "/a?utm_source=x", "/a#part", "b/",
                         "/private/x", "https://elsewhere.example/", "/logo.png", "/gone",
                         "mailto:a@b.example", "javascript:void(0)", "/out", "/twin", "/off")),
        "/a": page(linked("Ant", "Ants carry leaves.", "/", "/deep")),
        "/b": page(linked("Bee", "Bees make honey.", "../a", "/b")),
        "/b/": page(linked("Bee", "Bees make honey.", "../a", "/b")),
        "/deep": page(linked("Deep", "Fish live in the deep.", "/a/b/c")),
        "/mapped": page(linked("Mapped", "Only the sitemap knows.")),
        "/out": redirect("http://127.0.0.2/x"),
        "/off": redirect("/a"),
        "/twin": page(linked("Ant", "Ants carry leaves.", "/", "/deep")),
    }  # fmt: skip
    base = links.base()
    link = links.add(base, f"{web.url}/", grabber_enabled=True)
    task = links.ended(links.start(base))
    assert task.status == "SUCCESS", task
    pages = links.pages(link)
    indexed = {url.removeprefix(web.url) for url, row in pages.items() if row.active_revision}
    assert indexed in (
        {"/", "/a", "/b/", "/deep", "/mapped"},
        {"/", "/twin", "/b/", "/deep", "/mapped"},
    )
    assert set(pages) == {web.url + path for path in (*indexed, "/out")}
    assert "not allowed" in pages[f"{web.url}/out"].error
    assert not [path for path in web.requests if path.startswith(("/private", "/logo"))]
    now = links.one(link)
    assert (now.status, now.pages, now.error) == ("indexed", 5, None)
    found = links.search(base, "Who makes honey?")
    assert found[0].url == f"{web.url}/b/"
    assert task.progress.done == task.progress.total


def test_a_site_without_end_is_read_to_the_limit(links, web) -> None:
    def calendar(handler) -> None:
        n = int(handler.path.partition("=")[2] or 0)
        targets = [f"/?month={n + 1}", f"/{n}/{n + 1}", f"/x/{handler.path.count('/')}"]
        handler.send(linked(f"Month {n}", f"Nothing happened in month {n}.", *targets).encode())

    class Everything(dict):
        def get(self, path, _default):
            return super().get(path, calendar)

    web.answers = Everything({"/robots.txt": page("", Content_Type="text/plain")})
    base = links.base()
    link = links.add(base, web.url, grabber_enabled=True)
    assert links.ended(links.start(base)).status == "SUCCESS"
    assert len(links.pages(link)) <= 12


def test_robots_that_forbid_or_cannot_be_read_stop_the_grabber(links, web) -> None:
    forbidding = page("User-agent: ParlanceBot\nDisallow: /\n", Content_Type="text/plain")
    web.answers = {"/robots.txt": forbidding, "/": page(HOURS)}
    base = links.base()
    grabbed = links.add(base, web.url, grabber_enabled=True)
    links.ended(links.start(base))
    assert "robots.txt" in links.one(grabbed).error
    assert "/" not in web.requests
    links.change(grabbed, grabber_enabled=False)
    assert links.indexed(base).result["indexed"] == 1  # a single page that its user names


def test_only_what_changed_is_indexed_again(links, web) -> None:
    web.answers = {
        "/": page(linked("Start", "It all begins here.", "/a", "/b")),
        "/a": page(linked("Ant", "Ants carry leaves.")),
        "/b": page(linked("Bee", "Bees make honey.")),
    }
    base = links.base(update_interval="240:00:00")
    link = links.add(base, web.url, grabber_enabled=True, update_dynamically=True)
    links.indexed(base)
    before = links.pages(link)
    assert links.one(link).next_fetch_at is not None
    web.answers["/a"] = page(linked("Ant", "Ants build bridges of their own bodies."))
    web.answers["/"] = page(  # other surroundings, the same main text, a new page
        linked("Start", "It all begins here.", "/a", "/b", "/new", "/more")
    )
    web.answers["/new"] = page(linked("New", "Cranes migrate in autumn."))
    del web.answers["/b"]
    web.requests.clear()
    links.make_due(link)

    wait_until(lambda: "/new" in web.requests)
    links.settled(link)
    after = wait_until(lambda: _without_missing(links.pages(link), f"{web.url}/b"))
    revision = {url: row.active_revision for url, row in before.items()}
    assert after[f"{web.url}/"].active_revision == revision[f"{web.url}/"]
    assert after[f"{web.url}/a"].active_revision > revision[f"{web.url}/a"]
    assert {url.removeprefix(web.url) for url in after} == {"/", "/a", "/new"}
    assert "bridges" in links.search(base, "What do ants build?")[0].text
    wait_until(lambda: not _texts(links, base, "leaves"))
    wait_until(lambda: not _texts(links, base, "honey"))
    assert links.one(link).status == "indexed"


def _without_missing(pages, url):
    return (
        pages if url not in pages and all(r.status == "indexed" for r in pages.values()) else None
    )


def _texts(links, base, word):
    return [found for found in links.search(base, word) if word in found.text]


def test_a_link_that_breaks_keeps_answering_and_says_why(links, web) -> None:
    web.answers = {"/": page(HOURS)}
    base = links.base()
    link = links.add(base, web.url, update_dynamically=True)
    links.indexed(base)
    web.answers = {}
    links.make_due(link)
    broken = wait_until(lambda: (now := links.one(link)).status == "failed" and now)
    assert broken.error == "The server answered 404 Not Found."
    assert broken.indexed
    assert _texts(links, base, "seven")
    requests = len(web.requests)
    time.sleep(2.5)
    assert len(web.requests) == requests  # not again before its time


def test_bad_servers_fail_alone_with_a_reason(links, web) -> None:
    def hang(_handler) -> None:
        time.sleep(8)

    web.answers = {
        "/ok": page(HOURS),
        "/hang": hang,
        "/loop": redirect("/loop"),
        "/huge": page(b"<p>" + b"x" * 2_000_000),
        "/bomb": page(gzip.compress(bytes(300_000_000)), Content_Encoding="gzip"),
        "/latin": page("<title>Käse</title><p>Käse reift im Keller.</p>".encode("latin-1"),
                       Content_Type="text/html; charset=iso-8859-1"),
        "/lying": page("<title>Brücke</title><p>Die Brücke ist gesperrt.</p>",
                       Content_Type="text/html; charset=iso-8859-1"),
        "/binary": page(bytes(range(256)) * 20),
        "/image": page(b"\x89PNG", Content_Type="image/png"),
        "/error": page("oops", status=500),
        "/blank": page("<html></html>"),
        "/empty": page(b""),
        "/text": page("Lamps are lit at dusk.", Content_Type="text/plain"),
        "/data.json": page('{"lamp": "lit at dawn"}', Content_Type="application/json"),
        "/pdf": page(b"%PDF-1.7\n" + bytes(range(256)) * 8, Content_Type="application/pdf"),
    }  # fmt: skip
    base = links.base()
    added = {path: links.add(base, web.url + path) for path in (*web.answers, "/missing")}
    added["dns"] = links.add(base, "http://does-not-exist.invalid/")
    added["tls"] = links.add(base, f"https://127.0.0.1:{web.port}/")
    added["closed"] = links.add(base, "http://127.0.0.1:9/")
    task = links.ended(links.start(base), within_s=120)
    assert task.status == "SUCCESS"
    by_id = {each.id: each for each in links.all(base)}
    now = {name: by_id[link.id] for name, link in added.items()}
    good = {name for name, link in now.items() if link.status == "indexed"}
    assert good == {"/ok", "/latin", "/lying", "/text", "/data.json"}
    assert {name for name, link in now.items() if link.status == "failed"} == set(now) - good
    for name, says in {
        "/hang": "too long", "/loop": "redirected more than", "/huge": "more than 1,000,000 bytes",
        "/bomb": "more than 1,000,000 bytes", "/binary": "binary", "/image": "image/png",
        "/error": "500 Internal", "/blank": "No text", "/empty": "empty", "/missing": "404",
        "dns": "cannot be resolved", "tls": "TLS", "closed": "cannot be reached",
    }.items():  # fmt: skip
        assert says in now[name].error, (name, now[name].error)
    assert "Käse" in links.search(base, "Käse Keller")[0].text
    assert "Brücke" in links.search(base, "Brücke gesperrt")[0].text


def test_another_url_is_fetched_at_once_and_the_old_one_forgotten(links, web) -> None:
    web.answers = {"/hours": page(HOURS), "/parking": page(PARKING)}
    base = links.base()
    link = links.add(base, f"{web.url}/hours")
    links.indexed(base)
    changed = links.change(link, url=f"{web.url}/parking")
    assert (changed.id, changed.url, changed.status) == (link.id, f"{web.url}/parking", "indexing")
    now = links.settled(link)
    assert (now.title, now.status, now.pages) == ("Parking", "indexed", 1)
    assert _texts(links, base, "Bicycles")[0].url == f"{web.url}/parking"
    wait_until(lambda: not _texts(links, base, "seven"))
    renamed = links.change(link, title="Where to park")
    assert (renamed.title, renamed.status) == ("Where to park", "indexed")
    assert links.search(base, "bicycles")[0].document_name == "Where to park"


def test_the_grabber_can_be_turned_on_and_off(links, web) -> None:
    web.answers = {
        "/": page(linked("Start", "It all begins here.", "/a")),
        "/a": page(linked("Ant", "Ants carry leaves.")),
    }
    base = links.base()
    link = links.add(base, web.url)
    links.indexed(base)
    links.change(link, grabber_enabled=True)
    wait_until(lambda: links.one(link).pages == 2)
    assert links.change(link, grabber_enabled=False).pages == 1
    assert not _texts(links, base, "leaves")


@pytest.mark.parametrize("away", [(), ("milvus", "s3")], ids=["all there", "parts away"])
def test_a_deleted_link_leaves_nothing(links, web, away) -> None:
    web.answers = {
        "/": page(linked("Start", "It all begins here.", "/a")),
        "/a": page(linked("Ant", "Ants carry leaves.")),
    }
    base = links.base()
    link = links.add(base, web.url, grabber_enabled=True)
    links.indexed(base)
    keys = [row.object_key for row in links.pages(link).values()]
    assert len(links.chunk_ids(base)) == 2
    assert all(map(links.stored, keys))
    with pytest.raises(NotFound):
        links.delete(link, user_id=2)
    for part in away:
        links.stack.stop_part(part)
    links.delete(link)
    assert links.all(base) == []
    with pytest.raises(NotFound):
        links.delete(link)
    for part in away:
        links.stack.start_part(part)
    assert links.search(base, "ants") == []
    wait_until(lambda: not any(map(links.stored, keys)), within_s=120)
    wait_until(lambda: links.chunk_ids(base) == [], within_s=120)


def test_a_link_may_be_deleted_while_it_is_being_read(links, web) -> None:
    def slow(handler) -> None:
        time.sleep(1.5)
        handler.send(HOURS.encode())

    web.answers = {"/": slow}
    base = links.base()
    link = links.add(base, web.url)
    task_id = links.start(base)
    wait_until(lambda: "/" in web.requests)
    links.delete(link)
    assert links.ended(task_id).status == "SUCCESS"
    time.sleep(2.5)
    assert links.search(base, "warehouse") == []
    assert links.rows("select 1 from document where link_id = :id", id=link.id) == []


def test_a_crawl_survives_a_killed_worker(links, web) -> None:
    def slow(handler) -> None:
        time.sleep(0.4)
        name = handler.path.strip("/")
        handler.send(linked(f"Page {name}", f"Page {name} is about subject {name}.").encode())

    names = [f"/p{n}" for n in range(8)]
    web.answers = {"/": page(linked("Start", "It all begins here.", *names))}
    web.answers |= dict.fromkeys(names, slow)
    base = links.base()
    link = links.add(base, web.url, grabber_enabled=True)
    task_id = links.start(base)
    for wanted in ("/p1", "/p4"):
        wait_until(lambda wanted=wanted: wanted in web.requests)
        links.stack.kill("knowledge-worker")
    task = links.ended(task_id, within_s=120)
    assert (task.status, task.result["indexed"], task.result["failed"]) == ("SUCCESS", 9, [])
    assert links.one(link).pages == 9
    assert len(links.chunk_ids(base)) == 9


def test_what_is_somebody_elses_does_not_exist(links, web) -> None:
    base = links.base(user_id=1)
    link = links.add(base, web.url)
    for attempt in (
        lambda: links.all(base, user_id=2),
        lambda: links.add(base, web.url, user_id=2),
        lambda: links.change(link, user_id=2, title="mine"),
        lambda: links.delete(link, user_id=2),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert links.one(link).title == ""
