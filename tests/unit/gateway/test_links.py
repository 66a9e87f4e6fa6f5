"""Endpoints 8, 9, 13, 26 and 27 at the gateway's door."""

from uuid import UUID

import pytest

from contracts.rpc.knowledge import LinkFields
from tests.unit.gateway.conftest import json_of
from tests.unit.gateway.fakes import MINE

BASE = str(MINE)
OTHER = "0b6f2f6e-6d5a-4b6e-9d4e-0d3a8f9f7fff"
LINKS = "/api/analytics/knowledgebase/links/"
ADD = "/api/analytics/knowledgebase/add-link/"
OF_ASSISTANT = f"/api/analytics/assistant/{MINE}/website-links/"
ONE = "/api/analytics/website-link/1/"
URL = "https://example.com/help"
KEYS = {"id", "url", "title", "created_at", "updated_at", "grabber_enabled", "update_dynamically"}


async def test_links_of_a_knowledge_base_are_listed(me) -> None:
    listed = json_of(await me.get(LINKS, params={"kb_uuid": BASE}), 200)
    assert set(listed) == {"links"}
    assert set(listed["links"][0]) >= KEYS
    assert json_of(await me.get(LINKS), 400) == {"kb_uuid": ["This field is required."]}
    assert json_of(await me.get(LINKS, params={"kb_uuid": OTHER}), 404) == {"detail": "Not found."}


async def test_a_link_is_added_as_it_was_written(me, behind) -> None:
    body = {"kb_uuid": BASE, "url": URL, "title": "", "grabber_enabled": True, "junk": 1}
    added = json_of(await me.post(ADD, json=body), 201)
    assert set(added) >= {"id", "url", "title", "created_at", "updated_at"}
    (asked,) = behind.knowledge.asked
    assert asked.fields == LinkFields(url=URL, title="", grabber_enabled=True)
    assert asked.knowledge_base == BASE


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"kb_uuid", "url"}),
        ({"kb_uuid": BASE, "url": " "}, {"url"}),
        ({"kb_uuid": BASE, "url": "http://a/" + "x" * 2000}, {"url"}),
        ({"kb_uuid": BASE, "url": 5}, {"url"}),
        ({"kb_uuid": BASE, "url": None}, {"url"}),
        ({"kb_uuid": "x", "url": URL}, {"kb_uuid"}),
        ({"kb_uuid": BASE, "url": URL, "title": "x" * 256}, {"title"}),
        ({"kb_uuid": BASE, "url": URL, "grabber_enabled": "perhaps"}, {"grabber_enabled"}),
        ({"kb_uuid": BASE, "url": URL, "title": "\u0000"}, {"title"}),
    ],
)
async def test_wrong_links_are_told_by_field(me, behind, body, fields) -> None:
    assert set(json_of(await me.post(ADD, json=body), 400)) == fields
    assert behind.knowledge.asked == []


async def test_somebody_elses_base_is_told_on_its_field(me) -> None:
    refused = json_of(await me.post(ADD, json={"kb_uuid": OTHER, "url": URL}), 400)
    assert refused == {"kb_uuid": ["Object does not exist."]}


async def test_a_link_is_deleted_by_both_urls(me) -> None:
    path = "/api/analytics/knowledgebase_delete_link/1"
    for spelling in (path, f"{path}/"):
        assert json_of(await me.delete(spelling), 200) == {"message": "Link deleted"}
    assert json_of(await me.delete("/api/analytics/knowledgebase_delete_link/2/"), 404)
    answer = await me.delete(ONE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert json_of(await me.delete("/api/analytics/website-link/2/"), 404)


async def test_a_change_sends_only_what_was_given(me, behind) -> None:
    assert json_of(await me.put(ONE, json={"title": "New"}), 200)["title"] == "New"
    assert behind.knowledge.asked[-1].fields.changes() == {"title": "New"}
    assert json_of(await me.put("/api/analytics/website-link/9/", json={"title": "x"}), 404)
    assert set(json_of(await me.put(ONE, json={"url": ""}), 400)) == {"url"}


async def test_an_assistant_without_a_knowledge_base_has_no_links(me, behind) -> None:
    assert len(json_of(await me.get(OF_ASSISTANT), 200)) == 1
    behind.assistants.knowledge_base = None
    assert json_of(await me.get(OF_ASSISTANT), 200) == []
    other = OF_ASSISTANT.replace(str(MINE), OTHER)
    assert json_of(await me.get(other), 404)
    assert json_of(await me.post(other, json={"url": URL}), 404)


async def test_a_knowledge_base_that_is_gone_has_no_links(me, behind) -> None:
    behind.assistants.knowledge_base = UUID(OTHER)
    assert json_of(await me.get(OF_ASSISTANT), 200) == []


async def test_a_link_makes_the_knowledge_base_it_needs(me, behind) -> None:
    behind.assistants.knowledge_base = None
    assert json_of(await me.post(OF_ASSISTANT, json={"url": URL}), 201)["url"] == URL
    asked = [type(each).__name__ for each in behind.knowledge.asked]
    assert asked == ["CheckLink", "AddLink"]
    assert len(behind.assistants.asked) == 2


async def test_a_refused_link_makes_none(me, behind) -> None:
    behind.assistants.knowledge_base = None
    refused = json_of(await me.post(OF_ASSISTANT, json={"url": "http://private/"}), 400)
    assert refused == {"url": ["This address is not allowed."]}
    assert len(behind.assistants.asked) == 1
