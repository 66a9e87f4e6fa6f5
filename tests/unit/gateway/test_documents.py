"""Refreshing, listing and deleting documents; changing and deleting knowledge bases."""

from typing import Any

import httpx
import pytest

from contracts.errors import InvalidRequest
from contracts.rpc.knowledge import ListDocuments
from tests.unit.gateway.conftest import Behind, json_of
from tests.unit.gateway.fakes import FOREIGN, MINE, an_assistant, bodies

BASE = "/api/analytics/knowledgebase"
NOT_FOUND = {"detail": "Not found."}
FILE = {"file": ("other-name.pdf", b"abc")}


async def test_a_refresh_sends_the_new_bytes_under_the_name_in_the_path(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    answer = json_of(await me.post(f"{BASE}/refresh/a.pdf/", files=FILE), 200)

    assert answer == {"message": "File refreshed", "filename": "a.pdf", "task_id": str(MINE)}
    begun = bodies(behind.knowledge)[0]
    assert (begun["file_name"], begun["size_bytes"]) == ("a.pdf", 3)
    assert list(behind.store.stored.values()) == [b"abc"]


@pytest.mark.parametrize(
    "how", [{"data": {"kb_uuid": str(MINE)}}, {"params": {"kb_uuid": str(MINE)}}]
)
async def test_a_refresh_may_name_the_knowledge_base(
    me: httpx.AsyncClient, behind: Behind, how: dict[str, Any]
) -> None:
    json_of(await me.post(f"{BASE}/refresh/a.pdf", files=FILE, **how), 200)
    assert behind.knowledge.asked[0].knowledge_base == str(MINE)


async def test_a_refresh_of_what_is_not_there_is_not_found(me: httpx.AsyncClient) -> None:
    assert json_of(await me.post(f"{BASE}/refresh/b.pdf/", files=FILE), 404) == NOT_FOUND


@pytest.mark.parametrize(
    ("form", "files", "wrong"),
    [
        ({}, None, {"file": ["No file was submitted."]}),
        ({"kb_uuid": "x"}, FILE, {"kb_uuid": ["Must be a valid UUID."]}),
        ({"kb_uuid": str(FOREIGN)}, FILE, {"kb_uuid": ["Object does not exist."]}),
        ({}, {"file": ("a.pdf", b"")}, {"file": ["The submitted file is empty."]}),
    ],
)
async def test_a_refresh_says_what_is_wrong(
    me: httpx.AsyncClient, form: dict[str, str], files: Any, wrong: dict[str, Any]
) -> None:
    answer = await me.post(f"{BASE}/refresh/a.pdf/", data=form, files=files)
    assert json_of(answer, 400) == wrong


async def test_what_knowledge_refuses_is_told_on_its_field(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    behind.knowledge.failure = InvalidRequest.on("kb_uuid", "Several.")
    answer = await me.post(f"{BASE}/refresh/a.pdf/", files=FILE)
    assert json_of(answer, 400) == {"kb_uuid": ["Several."]}


@pytest.mark.parametrize(
    ("path", "kind", "lists"),
    [("add-excel", "excel", "excels"), ("add-dataexcel", "data_excel", "dataexcels")],
)
async def test_spreadsheets_are_announced_and_listed_by_their_kind(
    me: httpx.AsyncClient, behind: Behind, path: str, kind: str, lists: str
) -> None:
    form = {"kb_uuid": str(MINE)}
    made = json_of(
        await me.post(f"{BASE}/{path}/", files={"file": ("a.csv", b"abc")}, data=form), 201
    )
    listed = json_of(await me.get(f"{BASE}/{lists}", params=form), 200)

    assert {"id", "name", "s3_url"} <= made.keys()
    assert ("summary" in made) is (kind == "data_excel")
    assert bodies(behind.knowledge)[0]["kind"] == kind
    assert behind.knowledge.asked[-1].kind == kind
    assert listed["files"][0]["id"] == 5


DELETIONS = [
    (f"{BASE}/delete", 200, {"message": "File deleted"}),
    (f"{BASE}/delete-excel", 204, None),
    ("/api/analytics/knowledge-file", 204, None),
    ("/api/analytics/Knowledge-excel", 204, None),
    (f"{BASE}/delete-dataexcel", 200, {"success": True}),
]


@pytest.mark.parametrize(("path", "status", "body"), DELETIONS)
async def test_each_deletion_answers_as_documented(
    me: httpx.AsyncClient, path: str, status: int, body: Any
) -> None:
    answer = await me.delete(f"{path}/5/")
    assert answer.status_code == status
    assert (answer.json() if body else answer.content) == (body or b"")


@pytest.mark.parametrize("number", ["6", "0", "05", "9" * 18, "9" * 19, "9" * 400, "-1", "x"])
@pytest.mark.parametrize("path", [path for path, _, _ in DELETIONS])
async def test_deleting_what_is_not_there_is_not_found(
    me: httpx.AsyncClient, path: str, number: str
) -> None:
    assert json_of(await me.delete(f"{path}/{number}/"), 404) == NOT_FOUND


async def test_paths_are_spelled_as_documented(me: httpx.AsyncClient) -> None:
    assert (await me.delete("/api/analytics/knowledge-excel/5")).status_code == 404


async def test_the_files_of_an_assistant_are_those_of_its_knowledge_base(
    me: httpx.AsyncClient, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/api/analytics/assistant/{MINE}/knowledge-files/"
    assert [each["id"] for each in json_of(await me.get(path), 200)] == [5]
    asked = behind.knowledge.asked[-1]
    assert asked == ListDocuments(user_id=7, knowledge_base=str(MINE), kind="file")

    for base in (None, FOREIGN):  # none, and one that was deleted a moment ago

        async def without(_request: Any, base: Any = base) -> Any:
            return an_assistant(knowledge_base=base)

        monkeypatch.setattr(behind.assistants, "get_configuration", without)
        assert json_of(await me.get(path), 200) == []


async def test_the_files_of_somebody_elses_assistant_are_not_found(me: httpx.AsyncClient) -> None:
    path = f"/api/analytics/assistant/{FOREIGN}/knowledge-files/"
    assert json_of(await me.get(path), 404) == NOT_FOUND


@pytest.mark.parametrize("reference", ["1", str(MINE), MINE.hex])
async def test_a_knowledge_base_is_changed_by_id_or_uuid(
    me: httpx.AsyncClient, behind: Behind, reference: str
) -> None:
    body = {"description": "new", "update_interval": "1:00:00"}
    path = f"/api/analytics/update-knowledge-base/{reference}/"
    changed = json_of(await me.post(path, json=body), 200)

    assert (changed["description"], changed["update_interval"]) == ("new", "1:00:00")
    assert behind.knowledge.asked[-1].to_wire()["fields"] == body


@pytest.mark.parametrize("reference", ["2", str(FOREIGN), "x", "0x1", "9" * 50, "%00"])
async def test_a_knowledge_base_that_is_not_mine_is_not_found(
    me: httpx.AsyncClient, reference: str
) -> None:
    changed = await me.post(f"/api/analytics/update-knowledge-base/{reference}/", json={"top_k": 3})
    deleted = await me.delete(f"/api/analytics/delete-knowledge-base/{reference}/")
    assert json_of(changed, 404) == json_of(deleted, 404) == NOT_FOUND


async def test_a_wrong_field_of_a_knowledge_base_is_told(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    body = {"name": " ", "chunk_size": 1, "retrieval_method": "x", "top_k": None}
    answer = json_of(await me.post("/api/analytics/update-knowledge-base/1/", json=body), 400)
    assert answer.keys() == body.keys()
    assert behind.knowledge.asked == []


async def test_a_deleted_knowledge_base_is_told_as_documented(me: httpx.AsyncClient) -> None:
    answer = await me.delete("/api/analytics/delete-knowledge-base/1")
    assert json_of(answer, 200) == {"message": "Knowledge base and namespace deleted"}
