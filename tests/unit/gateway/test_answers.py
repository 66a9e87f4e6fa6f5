"""What each endpoint asks of which service, and what it answers when all is well."""

from typing import Any

import httpx
import pytest

from tests.unit.gateway.conftest import Behind, json_of
from tests.unit.gateway.fakes import MINE, bodies

KNOWLEDGE_BASE = {
    "id": 1,
    "uuid": str(MINE),
    "name": "Handbook",
    "description": "",
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
    "update_interval": "240:00:00",
    "embedding_type": "hybrid",
    "embedding_model": "local-embed",
    "chunk_size": 512,
    "chunk_overlap": 32,
    "retrieval_method": "hybrid",
    "reranking_enabled": True,
    "top_k": 10,
    "top_k_after_reranking": 5,
    "sparse_weightage": 0.5,
    "files_count": 0,
    "links_count": 0,
    "excels_count": 0,
    "data_excels_count": 0,
}


async def test_tokens_and_registration(anyone: httpx.AsyncClient) -> None:
    who = {"username": "ada", "password": "right"}
    assert json_of(await anyone.post("/api/register/", json=who), 201) == {
        "message": "User registered successfully."
    }
    assert json_of(await anyone.post("/api/token/", json=who), 200) == {
        "refresh": "r",
        "access": "a",
    }
    assert json_of(await anyone.post("/api/token/refresh/", json={"refresh": "r"}), 200) == {
        "access": "a2"
    }


async def test_the_profile_is_that_of_the_token(me: httpx.AsyncClient, behind: Behind) -> None:
    assert json_of(await me.get("/api/analytics/user/profile/"), 200) == {
        "username": "ada",
        "first_name": "",
        "last_name": "",
        "email": "",
    }
    assert bodies(behind.auth) == [{"user_id": 7}]


async def test_a_knowledge_base_is_created_from_any_of_its_fields(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    fields = {"name": "Handbook", "update_interval": "10 days, 0:00:00", "top_k": 3}
    created = await me.post("/api/analytics/create-knowledge-base/", json=fields)

    assert json_of(created, 201) == KNOWLEDGE_BASE
    assert bodies(behind.knowledge) == [
        {"user_id": 7, "name": "Handbook", "update_interval": "240:00:00", "top_k": 3}
    ]


async def test_knowledge_bases_are_listed_with_every_field(me: httpx.AsyncClient) -> None:
    listed = json_of(await me.get("/api/analytics/knowledge-bases/"), 200)
    assert listed == [{**KNOWLEDGE_BASE, "name": "KB"}]


async def test_files_are_listed(me: httpx.AsyncClient) -> None:
    response = await me.get(f"/api/analytics/knowledgebase/list/?kb_uuid={MINE}")
    file = json_of(response, 200)["files"][0]

    assert file | {"id": 5, "name": "a.pdf", "status": "uploaded", "error": None} == file
    assert file["uploaded_at"] == "2026-01-02T03:04:05Z"


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({"assistant_id": str(MINE)}, "assistants"),
        ({"assistant_id": str(MINE), "kb_id": None}, "assistants"),
        ({"kb_id": str(MINE)}, "knowledge"),
        ({"kb_id": 1}, "knowledge"),
        ({"assistant_id": "", "kb_id": "1"}, "knowledge"),
    ],
)
async def test_indexing_starts_by_assistant_or_by_knowledge_base(
    me: httpx.AsyncClient, behind: Behind, body: dict[str, Any], asked: str
) -> None:
    response = await me.post("/api/analytics/index-documents/", json=body)

    assert json_of(response, 200) == {
        "status": "Indexing started in background",
        "task_id": str(MINE),
    }
    assert len(getattr(behind, asked).asked) == 1


async def test_indexing_needs_something_to_index(me: httpx.AsyncClient) -> None:
    for body in ({}, {"kb_id": None}, {"kb_id": ""}):
        response = await me.post("/api/analytics/index-documents/", json=body)
        assert json_of(response, 400) == {"assistant_id": ["This field is required."]}
    for kb_id in ("x", True, 1.5, [], -1):
        response = await me.post("/api/analytics/index-documents/", json={"kb_id": kb_id})
        assert json_of(response, 400) == {"kb_id": ["Must be a valid integer id or UUID."]}


async def test_the_status_of_a_task_has_its_progress(me: httpx.AsyncClient) -> None:
    assert json_of(await me.get(f"/api/analytics/get-task-status/{MINE}/"), 200) == {
        "task_id": str(MINE),
        "status": "PENDING",
        "result": None,
        "error": None,
        "progress": {"done": 1, "total": 2, "failed": 0, "stage": "indexing"},
    }


async def test_saving_a_configuration_creates_or_updates(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    path = "/api/analytics/save-configuration"
    for given in (
        {"goal": "x"},
        {"goal": "x", "model_uuid": ""},
        {"goal": "x", "model_uuid": None},
    ):
        assert json_of(await me.post(path, json=given), 200) == {
            "message": "Configuration saved successfully!",
            "model_uuid": str(MINE),
        }
    for name in ("model_uuid", "modelUuid", "assistant_uuid"):
        json_of(await me.post(path, json={"goal": "y", name: str(MINE)}), 200)

    asked = bodies(behind.assistants)
    assert [each["assistant_uuid"] for each in asked] == [None] * 3 + [str(MINE)] * 3
    assert asked[-1] == {"user_id": 7, "assistant_uuid": str(MINE), "fields": {"goal": "y"}}


async def test_an_assistant_is_shown_whole_and_updated_in_part(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    path = f"/api/analytics/assistant/config/{MINE}/"
    shown = json_of(await me.get(path), 200)
    changed = json_of(await me.put(path, json={"agentName": "Bo", "temperature": "0.1"}), 200)

    assert shown["agent_name"] == "Agent360"
    assert shown["knowledge_base"] == str(MINE)
    assert changed == {**shown, "agent_name": "Bo", "temperature": 0.1}
    assert bodies(behind.assistants)[1]["fields"] == {"agent_name": "Bo", "temperature": 0.1}


async def test_assistants_are_listed_and_archived_ones_on_demand(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    path = "/api/analytics/assistant/configs/"
    listed = json_of(await me.get(path), 200)
    json_of(await me.get(path, params={"include_archived": "true"}), 200)
    refused = await me.get(path, params={"include_archived": "perhaps"})

    assert listed[0]["assistant_uuid"] == str(MINE)
    assert [each["include_archived"] for each in bodies(behind.assistants)] == [False, True]
    assert json_of(refused, 400) == {"include_archived": ["Must be a valid boolean."]}


async def test_the_final_prompt_is_answered(me: httpx.AsyncClient) -> None:
    path = f"/api/analytics/assistant/final-prompt/?assistant_uuid={MINE}"
    assert json_of(await me.get(path), 200) == {"final_prompt": "You are Ada."}


@pytest.mark.parametrize(
    ("kb_id", "now"), [(1, str(MINE)), (str(MINE), str(MINE)), (None, None), ("", None)]
)
async def test_an_assistant_gets_a_knowledge_base_or_none(
    me: httpx.AsyncClient, kb_id: Any, now: str | None
) -> None:
    body = {"assistant_id": str(MINE), "kb_id": kb_id}
    response = await me.post("/api/analytics/set_assistant_kb/", json=body)

    assert json_of(response, 200) == {"success": True, "knowledge_base": now}


async def test_an_absent_knowledge_base_changes_nothing(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    response = await me.post("/api/analytics/set_assistant_kb/", json={"assistant_id": str(MINE)})

    assert json_of(response, 200) == {"success": True, "knowledge_base": str(MINE)}
    assert [type(each).__name__ for each in behind.assistants.asked] == ["AssistantOf"]
