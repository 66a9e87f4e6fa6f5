"""Assistants through the gateway: the default one, deletion, archive, copies, files, other users."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tools.client import Client

CONFIG = "/api/analytics/assistant/config/"
MISSING = "00000000-0000-4000-8000-000000000000"
EVERYTHING: dict[str, Any] = {
    "assistant_name": 'Zoë\'s "desk"\r\nbot',
    "agent_name": "Bo",
    "organisation_name": "Acme",
    "organisation_description": "Anvils",
    "examples": [{"question": "Q", "answer": "A"}, {"question": "支持", "answer": "😀"}],
    "goal": "Sell.",
    "system_instructions": "Be kind.",
    "conversation_tone": "Dry",
    "use_last_user_language": False,
    "languages": ["Swahili"],
    "enable_emojis": True,
    "answer_competitor_queries": True,
    "competitor_response_bias": "biased",
    "model_provider": "local",
    "model_name": "local-extractive",
    "temperature": 0.1,
    "max_tokens": 500,
    "top_p": 0.25,
    "frequency_penalty": -1.5,
    "stream_responses": False,
    "json_mode": False,
    "auto_tool_choice": False,
    "selected_tools": [],
    "knowledge_processing_instructions": "Quote.",
    "data_to_capture": {"email": {"of": ["whom", 1.5, None, True]}},
}
OWN = {"id", "assistant_uuid", "archived_at", "created_at", "updated_at"}


def refused(call: Callable[[], Any]) -> tuple[int, Any]:
    with pytest.raises(httpx.HTTPStatusError) as error:
        call()
    response = error.value.response
    return response.status_code, response.json()


def decided(assistant: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in assistant.items() if name not in OWN}


def ask(client: Client, question: str = "Hello?", **fields: Any) -> dict[str, Any]:
    *_, done = client.stream(question, **fields)
    assert done["type"] == "done"
    return done


def test_the_default_assistant_is_there_at_the_first_request(client: Client) -> None:
    assert client.assistants() == []
    with ThreadPoolExecutor(8) as pool:
        shown = list(pool.map(lambda _: client.assistant()["assistant_uuid"], range(16)))

    assert len(set(shown)) == 1
    default = client.assistant()
    assert (default["assistant_name"], default["agent_name"]) == ("SupportGPT", "Agent360")
    assert default == client.assistant(default["assistant_uuid"])
    assert client.assistants() == [default["assistant_uuid"]]

    changed = client.update_assistant(organisationName="Acme", examples=["Q only"])
    assert changed["organisation_name"] == "Acme"
    assert changed["examples"] == [{"question": "Q only", "answer": ""}]
    assert client.update_assistant(goal="Sell.")["organisation_name"] == "Acme"
    assert refused(lambda: client.update_assistant(goal=None)) == (
        400,
        {"goal": ["This field may not be null."]},
    )
    assert client.update_assistant() == client.assistant()


def test_a_deleted_assistant_is_gone_and_a_deleted_default_one_is_made_anew(
    client: Client,
) -> None:
    gone = client.assistant()["assistant_uuid"]
    conversation = ask(client)["conversation_id"]

    assert client.delete_assistant(gone) == {"success": True}

    for call in (
        lambda: client.delete_assistant(gone),
        lambda: client.assistant(gone),
        lambda: client.update_assistant(gone, goal="x"),
        lambda: client.duplicate_assistant(gone),
        lambda: client.archive_assistant(gone),
        lambda: client.export_assistant(gone),
        lambda: client.save_assistant(model_uuid=gone),
    ):
        assert refused(call) == (404, {"detail": "Not found."})
    no_object = ["Object does not exist."]
    assert refused(lambda: client.set_knowledge_base(gone, None)) == (
        400,
        {"assistant_id": no_object},
    )
    assert refused(lambda: client.index(assistant_id=gone)) == (400, {"assistant_id": no_object})
    assert refused(lambda: ask(client, assistant_uuid=gone)) == (
        400,
        {"assistant_uuid": no_object},
    )
    assert refused(lambda: ask(client, conversation_id=conversation)) == (
        400,
        {"conversation_id": no_object},
    )
    assert client.assistants(include_archived=True) == []
    assert client.assistant()["assistant_uuid"] != gone


def test_an_archived_assistant_is_hidden_and_refuses_to_chat(client: Client) -> None:
    assistant = client.save_assistant(goal="x")
    archived = client.archive_assistant(assistant, action="archive")

    assert (archived["success"], archived["message"]) == (True, "Assistant configuration archived.")
    assert archived["data"]["archived_at"].endswith("Z")
    assert client.assistants() == []
    assert client.assistants(include_archived="true") == [assistant]
    assert client.assistant(assistant) == archived["data"]
    assert refused(lambda: ask(client, assistant_uuid=assistant)) == (
        409,
        {"detail": "This assistant is archived."},
    )
    restored = client.archive_assistant(assistant)
    assert restored["message"] == "Assistant configuration restored."
    assert restored["data"]["archived_at"] is None
    assert client.archive_assistant(assistant)["data"]["archived_at"]
    client.archive_assistant(assistant, action="unarchive")
    assert ask(client, assistant_uuid=assistant)["finish_reason"] == "complete"
    assert refused(lambda: client.archive_assistant(assistant, action="x")) == (
        400,
        {"action": ['"x" is not a valid choice.']},
    )


def test_a_copy_and_an_import_are_equal_to_the_original(client: Client) -> None:
    base = client.create_knowledge_base("Handbook")["uuid"]
    uuid = client.save_assistant(**EVERYTHING)
    client.set_knowledge_base(uuid, base)
    original = client.assistant(uuid)
    assert decided(original) == {**EVERYTHING, "knowledge_base": base}

    copy = client.duplicate_assistant(uuid)
    again = client.duplicate_assistant(copy["assistant_uuid"])
    exported = client.export_assistant(uuid)
    imported = client.import_assistant(exported)

    assert exported["configuration"] == original
    name = EVERYTHING["assistant_name"]
    assert decided(copy) == {**decided(original), "assistant_name": f"{name} (Copy)"}
    assert again["assistant_name"] == f"{name} (Copy) (Copy)"
    assert (decided(imported["data"]), imported["ignored"]) == (decided(original), [])
    made = {each["assistant_uuid"] for each in (original, copy, again, imported["data"])}
    assert len(made) == 4 == len(client.assistants())


def test_the_file_of_an_export_has_a_safe_name(client: Client) -> None:
    uuid = client.save_assistant(**EVERYTHING)
    response = client.http.get(f"{CONFIG}{uuid}/export/")

    assert response.headers["Content-Disposition"] == (
        'attachment; filename="assistant_Zo_\'s _desk___bot_export.json"; '
        "filename*=UTF-8''assistant_Zo%C3%AB%27s%20_desk___bot_export.json"
    )
    assert set(response.json()) == {"export_metadata", "configuration"}
    assert response.json()["export_metadata"].keys() >= {"version", "exported_at", "product"}


def test_an_export_of_somebody_else_is_imported_without_their_knowledge_base(
    client: Client, stranger: Client
) -> None:
    uuid = client.save_assistant(**EVERYTHING)
    client.set_knowledge_base(uuid, client.create_knowledge_base("Handbook")["uuid"])
    exported = client.export_assistant(uuid)

    imported = stranger.import_assistant(exported)

    assert (imported["data"]["knowledge_base"], imported["ignored"]) == (None, ["knowledge_base"])
    assert decided(imported["data"]) == EVERYTHING | {"knowledge_base": None}
    assert refused(lambda: client.assistant(imported["data"]["assistant_uuid"]))[0] == 404
    exported["configuration"]["knowledge_base"] = MISSING
    assert stranger.import_assistant(exported)["ignored"] == ["knowledge_base"]


def test_somebody_elses_assistant_answers_as_one_that_does_not_exist(
    client: Client, stranger: Client
) -> None:
    uuid = client.save_assistant(goal="mine")
    before = client.assistant(uuid)
    for method, what, body in (
        ("GET", "", None),
        ("PUT", "", {"goal": "theirs"}),
        ("PUT", "", {}),
        ("POST", "delete/", None),
        ("POST", "duplicate/", None),
        ("GET", "export/", None),
        ("POST", "archive/", {"action": "archive"}),
        ("POST", "archive/", None),
    ):
        theirs = stranger.http.request(method, f"{CONFIG}{uuid}/{what}", json=body)
        nobodys = stranger.http.request(method, f"{CONFIG}{MISSING}/{what}", json=body)
        assert (theirs.status_code, theirs.text) == (404, '{"detail":"Not found."}'), what
        assert (nobodys.status_code, nobodys.text) == (theirs.status_code, theirs.text)
    assert client.assistant(uuid) == before
    assert stranger.assistants(include_archived=True) == []


def test_requests_that_continue_a_conversation_at_once_all_get_an_answer(client: Client) -> None:
    uuid = client.save_assistant(goal="x")
    conversation = ask(client, assistant_uuid=uuid)["conversation_id"]

    def go_on(n: int) -> dict[str, Any]:
        return ask(client, f"Question {n}?", assistant_uuid=uuid, conversation_id=conversation)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(go_on, range(12)))

    assert {each["conversation_id"] for each in answers} == {conversation}
    assert {each["finish_reason"] for each in answers} == {"complete"}
    assert go_on(13)["conversation_id"] == conversation
