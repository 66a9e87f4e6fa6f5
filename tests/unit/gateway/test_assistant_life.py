"""Endpoints 3, 18, 46, 47, 48 and import: what is asked of assistants, and what clients get."""

import json
from email.message import Message
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from services.gateway.domain.attachment import content_disposition
from tests.unit.gateway.conftest import LIMITS, Behind, json_of
from tests.unit.gateway.fakes import FOREIGN, MINE, bodies

DEFAULT = "/api/analytics/assistant/config/"
IMPORT = "/api/analytics/assistant/import/"


def path_of(what: str, uuid: object = MINE) -> str:
    return f"/api/analytics/assistant/config/{uuid}/{what}/"


async def test_the_default_assistant_is_shown_and_changed_in_part(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    shown = json_of(await me.get(DEFAULT), 200)
    for given in ({"agent_name": "Bo"}, {"agentName": "Bo"}, {"agentName": "Bo", "id": 5}):
        changed = json_of(await me.put(DEFAULT, json=given), 200)
        assert changed == {**shown, "agent_name": "Bo"}

    assert bodies(behind.assistants)[0] == {"user_id": 7}
    assert bodies(behind.assistants)[1] == {"user_id": 7, "fields": {"agent_name": "Bo"}}


async def test_an_assistant_is_deleted(me: httpx.AsyncClient) -> None:
    assert json_of(await me.post(path_of("delete")), 200) == {"success": True}


async def test_a_copy_is_a_creation(me: httpx.AsyncClient) -> None:
    answer = json_of(await me.post(path_of("duplicate")), 201)

    assert (answer["success"], answer["message"]) == (
        True,
        "Assistant configuration duplicated successfully.",
    )
    assert answer["data"]["assistant_name"] == "SupportGPT (Copy)"
    assert set(answer["data"]) == set(json_of(await me.get(DEFAULT), 200))


@pytest.mark.parametrize(
    ("body", "asked", "message"),
    [
        ({"action": "archive"}, "archive", "Assistant configuration archived."),
        ({"action": "unarchive"}, "unarchive", "Assistant configuration restored."),
        ({}, None, "Assistant configuration archived."),
        ({"action": None}, None, "Assistant configuration archived."),
        ({"action": ""}, None, "Assistant configuration archived."),
        (None, None, "Assistant configuration archived."),
    ],
)
async def test_archiving_says_what_it_did(
    me: httpx.AsyncClient, behind: Behind, body: Any, asked: str | None, message: str
) -> None:
    answer = json_of(await me.post(path_of("archive"), json=body) if body is not None
                     else await me.post(path_of("archive")), 200)  # fmt: skip

    assert bodies(behind.assistants)[0]["action"] == asked
    assert (answer["success"], answer["message"]) == (True, message)
    assert (answer["data"]["archived_at"] is None) == (asked == "unarchive")


@pytest.mark.parametrize("action", ["delete", "restore", 1, True, [], {}])
async def test_another_action_is_refused(me: httpx.AsyncClient, action: Any) -> None:
    response = await me.post(path_of("archive"), json={"action": action})
    assert list(json_of(response, 400)) == ["action"]


@pytest.mark.parametrize("what", ["delete", "duplicate", "archive", "export"])
async def test_a_foreign_assistant_does_not_exist(me: httpx.AsyncClient, what: str) -> None:
    method = "GET" if what == "export" else "POST"
    for uuid in (FOREIGN, "not-a-uuid"):
        response = await me.request(method, path_of(what, uuid))
        assert json_of(response, 404) == {"detail": "Not found."}


async def test_an_export_is_a_file_of_the_whole_assistant(me: httpx.AsyncClient) -> None:
    response = await me.get(path_of("export"))
    document = json_of(response, 200)

    assert response.headers["Content-Type"] == "application/json"
    assert (
        response.headers["Content-Disposition"]
        == 'attachment; filename="assistant_SupportGPT_export.json"'
    )
    assert set(document) == {"export_metadata", "configuration"}
    assert document["export_metadata"]["version"] == "1.0"
    assert document["configuration"] == json_of(await me.get(path_of("")[:-1]), 200)


NAMES = ["Ann", "Ann (Copy)", "Ann's bot, 2nd; v1.0", 'a"b', "a\\b/c:d*e", "Zoë", "支持", "50%41"]
HOSTILE_NAMES = [
    "a\r\nSet-Cookie: x=1", "../../etc/passwd", "\u202egpj.exe", "\x00\x1f\x7f\x85", "😀" * 255, "é" * 255,
    "x" * 255, '";filename="evil.exe', "\u2028", "\ud800", "..", "%0d%0a",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES + HOSTILE_NAMES)
def test_the_name_of_a_file_is_safe_for_any_assistant(name: str) -> None:
    header = content_disposition(before="assistant_", name=name, after="_export.json")

    assert header.isascii()
    assert header.isprintable()
    plain = header.removeprefix('attachment; filename="').partition('"')[0]
    parsed = Message()
    parsed["Content-Disposition"] = header
    read = parsed.get_filename() or ""
    _, has_full, full = header.partition("filename*=UTF-8''")
    for file_name in (plain, read, unquote(full) if has_full else plain):
        assert file_name.startswith("assistant_")
        assert file_name.endswith("_export.json")
        assert file_name.isprintable()
        assert not set(file_name) & set('/\\:"')
        assert len(file_name.encode()) <= 200
    assert header.count('"') == 2


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Ann (Copy)", 'filename="assistant_Ann (Copy)_export.json"'),
        ('say "hi"', 'filename="assistant_say _hi__export.json"'),
        (
            "Zoë",
            "filename=\"assistant_Zo__export.json\"; filename*=UTF-8''assistant_Zo%C3%AB_export.json",
        ),
    ],
)
def test_the_name_of_a_file_is_the_assistants(name: str, header: str) -> None:
    told = content_disposition(before="assistant_", name=name, after="_export.json")
    assert told == f"attachment; {header}"


async def test_what_was_exported_is_imported(me: httpx.AsyncClient, behind: Behind) -> None:
    behind.assistants.name = "Zoë"
    document = (await me.get(path_of("export"))).content
    response = await me.post(IMPORT, content=document, headers={"Content-Type": "application/json"})

    answer = json_of(response, 201)
    assert (answer["success"], answer["ignored"]) == (True, [])
    assert answer["message"] == "Assistant configuration imported successfully."
    assert answer["data"]["assistant_name"] == "Zoë"
    asked = bodies(behind.assistants)[1]
    assert (asked["user_id"], asked["knowledge_base"]) == (7, str(MINE))
    exported = json.loads(document)["configuration"]
    unread = {"id", "assistant_uuid", "knowledge_base", "archived_at", "created_at", "updated_at"}
    assert set(asked["fields"]) == set(exported) - unread


async def test_a_file_may_be_sent_as_a_form_sends_it(me: httpx.AsyncClient, behind: Behind) -> None:
    def form(content: bytes, name: str = "file") -> Any:
        return {name: ("assistant_Zo_export.json", content, "application/json")}

    exported = (await me.get(path_of("export"))).content
    answer = json_of(await me.post(IMPORT, files=form(exported)), 201)
    assert answer["data"]["assistant_name"] == "SupportGPT"

    behind.assistants.asked.clear()
    for files, wrong in (
        (form(exported, "other"), {"file": ["No file was submitted."]}),
        ({"file": (None, "text")}, {"file": ["No file was submitted."]}),
        (form(b"{}"), {"configuration": ["This field is required."]}),
        (form(b'{"configuration": {"goal": 5}}'), {"goal": ["Not a valid string."]}),
    ):
        assert json_of(await me.post(IMPORT, files=files), 400) == wrong
    for content in (b"", b"\x89PNG", b"{"):
        refused = json_of(await me.post(IMPORT, files=form(content)), 400)
        assert refused["detail"].startswith("JSON parse error - ")
    assert behind.assistants.asked == []


async def test_what_an_import_could_not_take_over_is_named(me: httpx.AsyncClient) -> None:
    document = {"configuration": {"knowledge_base": str(FOREIGN)}}
    assert json_of(await me.post(IMPORT, json=document), 201)["ignored"] == ["knowledge_base"]


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ({}, {"configuration": ["This field is required."]}),
        ({"configuration": None}, {"configuration": ["This field may not be null."]}),
        ({"configuration": []}, {"configuration": ["Expected a dictionary of items."]}),
        (
            {"configuration": {"agent_name": "", "temperature": 9, "agentName": "x"}},
            {
                "agent_name": ["This field may not be blank."],
                "temperature": ["Ensure this value is less than or equal to 2."],
            },
        ),
        (
            {"configuration": {"knowledge_base": "x"}},
            {"knowledge_base": ["Must be a valid UUID."]},
        ),
        (
            {"configuration": {}, "export_metadata": {"version": "2.0"}},
            {"export_metadata": ['Version "2.0" is not supported.']},
        ),
        (
            {"configuration": {}, "export_metadata": 5},
            {"export_metadata": ["Expected a dictionary of items."]},
        ),
    ],
)
async def test_a_file_that_is_wrong_is_refused_field_by_field(
    me: httpx.AsyncClient, behind: Behind, document: Any, wrong: Any
) -> None:
    assert json_of(await me.post(IMPORT, json=document), 400) == wrong
    assert behind.assistants.asked == []


async def test_a_file_may_be_longer_than_the_requests_that_made_the_assistant(
    me: httpx.AsyncClient,
) -> None:
    instructions = {"system_instructions": "x" * (LIMITS.json_bytes - 100)}
    document = {"configuration": {**instructions, "goal": "y" * 20_000}}

    json_of(await me.post(IMPORT, json=document), 201)
    document["configuration"]["other"] = "z" * (3 * LIMITS.json_bytes)
    json_of(await me.post(IMPORT, json=document), 413)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"goal": None}, "This field may not be null."),
        ({"agentName": None}, "This field may not be null."),
        ({"agent_name": "  "}, "This field may not be blank."),
        ({"agent_name": "x" * 256}, "Ensure this field has no more than 255 characters."),
        ({"goal": "x" * 20_001}, "Ensure this field has no more than 20000 characters."),
        ({"goal": 5}, "Not a valid string."),
        ({"goal": ["x"]}, "Not a valid string."),
        ({"examples": "x"}, 'Expected a list of items but got type "str".'),
        ({"examples": {"question": "x"}}, 'Expected a list of items but got type "dict".'),
        ({"examples": [[["x"]]]}, "Expected a dictionary of items."),
        ({"examples": [5]}, "Expected a dictionary of items."),
        ({"examples": [None]}, "This field may not be null."),
        ({"examples": [{"question": {"a": 1}}]}, "Not a valid string."),
        ({"examples": [{"question": None}]}, "This field may not be null."),
        ({"examples": ["x"] * 101}, "Ensure this field has no more than 100 elements."),
        ({"examples": ["x" * 20_001]}, "Ensure this field has no more than 20000 characters."),
        ({"languages": "English"}, 'Expected a list of items but got type "str".'),
        ({"languages": [5]}, "Not a valid string."),
        ({"temperature": 2.1}, "Ensure this value is less than or equal to 2."),
        ({"temperature": True}, "A valid number is required."),
        ({"temperature": "warm"}, "A valid number is required."),
        ({"max_tokens": 0}, "Ensure this value is greater than or equal to 1."),
        ({"max_tokens": 10**30}, "Ensure this value is less than or equal to 32768."),
        ({"max_tokens": 1.5}, "A valid integer is required."),
        ({"top_p": -0.1}, "Ensure this value is greater than or equal to 0."),
        ({"enable_emojis": "perhaps"}, "Must be a valid boolean."),
        ({"enable_emojis": None}, "This field may not be null."),
        ({"competitor_response_bias": "mean"}, '"mean" is not a valid choice.'),
        ({"selected_tools": ["x"]}, "Must be a valid UUID."),
        ({"selected_tools": [1]}, "Must be a valid UUID."),
        (
            {"data_to_capture": {"a": "\x00"}},
            "Null characters and lone surrogates are not allowed.",
        ),
        (
            {"data_to_capture": json.loads("[" * 33 + "]" * 33)},
            "Ensure this field is nested no deeper than 32 levels.",
        ),
        (
            {"data_to_capture": ["x" * 65_536]},
            "Ensure this field has no more than 65536 characters of JSON.",
        ),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", DEFAULT),
        ("PUT", f"/api/analytics/assistant/config/{MINE}/"),
        ("POST", "/api/analytics/save-configuration"),
    ],
)
async def test_every_field_has_its_limits_wherever_it_is_written(
    me: httpx.AsyncClient, behind: Behind, method: str, path: str, fields: Any, wrong: str
) -> None:
    response = await me.request(method, path, json=fields)

    assert json_of(response, 400) == {next(iter(fields)): [wrong]}
    assert behind.assistants.asked == []
