"""Links as a front end uses them: endpoints 8, 9, 13, 26, 27, and what 1, 31 and 36 make of them."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.unit.chassis.web_servers import Site, page, site
from tools.client import Client

HOURS = """<!doctype html><html><head><title>Opening hours</title></head><body><nav><a href="/parking">Parking
</a></nav><main><h1>Opening hours</h1><p>The museum opens at nine in the morning and closes at six in the
evening; on Mondays it stays closed for the whole day.</p></main></body></html>"""
PARKING = """<!doctype html><title>Parking</title><main><h1>Parking</h1><p>Bicycles are parked in the cellar
behind the kitchen, where forty of them find a place, and cars on the roof.</p></main>"""
DOCUMENTED = {"id", "url", "title", "created_at", "updated_at"}


@pytest.fixture
def web() -> Iterator[Site]:
    with site({"/": page(HOURS), "/parking": page(PARKING)}) as made:
        yield made


def until(condition: Callable[[], Any], *, within_s: float = 60) -> Any:
    deadline = time.monotonic() + within_s
    while not (found := condition()):
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)
    return found


def indexed(client: Client, base: str) -> dict[str, Any]:
    task = client.wait_for_task(client.index(kb_id=base))
    assert task["status"] == "SUCCESS", task
    return task


def cited(client: Client, assistant: str, question: str) -> set[str]:
    lines = list(client.stream(question, assistant_uuid=assistant))
    return {each["url"] for line in lines if line["type"] == "citations" for each in line["data"]}


def test_an_answer_cites_the_page_it_comes_from(client: Client, web: Site) -> None:
    assistant = client.save_assistant(assistant_name="Guide")
    added = client.add_website_link(assistant, web.url, grabber_enabled=True)
    assert set(added) >= DOCUMENTED
    (base,) = (each["uuid"] for each in client.knowledge_bases())
    task = client.wait_for_task(client.index(assistant_id=assistant))
    assert task["result"]["indexed"] == 2

    assert web.url + "/parking" in cited(client, assistant, "Where are bicycles parked?")
    (link,) = client.website_links(assistant)
    assert link == client.links(base)[0]
    assert (link["title"], link["status"], link["pages"]) == ("Opening hours", "indexed", 2)
    assert (link["grabbed"], link["indexed"], link["error"]) == (True, True, None)
    assert client.knowledge_bases()[0]["links_count"] == 1
    assert client.documents(base) == []

    assert client.delete_link(link["id"]) == "Link deleted"
    assert client.links(base) == []
    assert cited(client, assistant, "Where are bicycles parked?") == set()


def test_another_url_is_read_at_once(client: Client, web: Site) -> None:
    base = client.create_knowledge_base("Museum")["uuid"]
    link = client.add_link(base, web.url, title="Mine")
    indexed(client, base)
    changed = client.update_link(link["id"], url=f"{web.url}/parking", title="")
    assert (changed["id"], changed["url"]) == (link["id"], f"{web.url}/parking")
    settled = until(lambda: (now := client.links(base)[0])["status"] != "indexing" and now)
    assert (settled["status"], settled["title"]) == ("indexed", "Parking")
    assert client.http.delete(f"/api/analytics/website-link/{link['id']}").status_code == 204
    assert client.links(base) == []


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:127.0.0.1]/",
     "http://2130706433/", "file:///etc/passwd", "http://u:p@example.com/", "x", "http://a b/"],
)  # fmt: skip
def test_an_address_inside_is_refused_and_nothing_is_made(client: Client, url: str) -> None:
    assistant = client.save_assistant(assistant_name="Guide")
    base = client.create_knowledge_base("Museum")
    for attempt in (
        lambda: client.add_link(base["uuid"], url),
        lambda: client.add_website_link(assistant, url),
    ):
        with pytest.raises(httpx.HTTPStatusError) as refused:
            attempt()
        assert refused.value.response.status_code == 400
        assert set(refused.value.response.json()) == {"url"}
    assert client.links(base["uuid"]) == []
    assert [each["id"] for each in client.knowledge_bases()] == [base["id"]]


def test_a_page_that_redirects_inside_is_told(client: Client, web: Site) -> None:
    web.answers["/inside"] = lambda handler: handler.send(
        b"", status=302, Location="http://169.254.169.254/latest/meta-data/"
    )
    base = client.create_knowledge_base("Museum")["uuid"]
    client.add_link(base, f"{web.url}/inside")
    task = client.wait_for_task(client.index(kb_id=base))
    assert task["status"] == "FAILURE"
    (link,) = client.links(base)
    assert (link["status"], link["error"]) == ("failed", "This address is not allowed.")


def test_somebody_elses_links_do_not_exist(client: Client, stranger: Client, web: Site) -> None:
    base = client.create_knowledge_base("Museum")["uuid"]
    link = client.add_link(base, web.url)
    assistant = client.save_assistant(assistant_name="Guide")
    http = stranger.http
    one = f"/api/analytics/website-link/{link['id']}/"
    of_assistant = f"/api/analytics/assistant/{assistant}/website-links/"
    unknown = f"/api/analytics/assistant/{uuid4()}/website-links/"
    not_there = [
        http.get("/api/analytics/knowledgebase/links/", params={"kb_uuid": base}),
        http.delete(f"/api/analytics/knowledgebase_delete_link/{link['id']}/"),
        http.put(one, json={"title": "mine"}),
        http.delete(one),
        http.get(of_assistant),
        http.post(of_assistant, json={"url": web.url}),
        http.get(unknown),
    ]
    assert {answer.status_code for answer in not_there} == {404}
    assert {answer.text for answer in not_there} == {'{"detail":"Not found."}'}
    body = {"kb_uuid": base, "url": web.url}
    refused = http.post("/api/analytics/knowledgebase/add-link/", json=body)
    assert (refused.status_code, refused.json()) == (400, {"kb_uuid": ["Object does not exist."]})
    assert client.links(base)[0]["title"] == ""
