"""Bodies that are not what they should be: 400, 413 or 415, and nothing is asked of a service."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.gateway.conftest import LIMITS, Behind, json_of
from tests.unit.gateway.fakes import MINE, bodies

CREATE = "/api/analytics/create-knowledge-base/"
SAVE = "/api/analytics/save-configuration"
NAUGHTY = Path("/work/shared/data/attacks/blns.json")


async def post_raw(
    client: httpx.AsyncClient, content: bytes, kind: str | None = "application/json"
) -> httpx.Response:
    headers = {"Content-Type": kind} if kind else {}
    return await client.post(CREATE, content=content, headers=headers)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"{", "Expecting property name enclosed in double quotes"),
        (b'{"name": }', "Expecting value"),
        (b"\xff\xfe", "'utf-8' codec can't decode byte 0xff"),
        (b"\xef\xbb\xbf{}", "Expecting value"),
        (b'{"name": NaN}', "Out of range float values are not JSON compliant: NaN"),
        (b'{"name": -Infinity}', "Out of range float values are not JSON compliant: -Infinity"),
        (b'{"top_k": 1e999}', "Out of range float values"),
        (b'{"name": "a", "name": "b"}', "An object has the same key twice"),
        (b'{"name": ' + b"9" * 5000 + b"}", "Exceeds the limit"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "Nested deeper than 100 levels"),
        (b'{"a":' + b"[" * 50_000 + b"]" * 49_000, "Nested deeper than 100 levels"),
        (b'{"name": "a\tb"}', "Invalid control character"),
    ],
)
async def test_what_is_not_json_is_told_why(
    me: httpx.AsyncClient, behind: Behind, raw: bytes, why: str
) -> None:
    detail = json_of(await post_raw(me, raw), 400)["detail"]

    assert detail.startswith(f"JSON parse error - {why}")
    assert behind.knowledge.asked == []


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(b"[]", "list"), (b'"a"', "str"), (b"5", "int"), (b"null", "NoneType"), (b"true", "bool")],
)
async def test_json_that_is_no_object_is_told_its_kind(
    me: httpx.AsyncClient, raw: bytes, kind: str
) -> None:
    told = f"Invalid data. Expected a dictionary, but got {kind}."
    assert json_of(await post_raw(me, raw), 400) == {"non_field_errors": [told]}


@pytest.mark.parametrize(
    ("kind", "told"),
    [("text/plain; charset=utf-8", "text/plain; charset=utf-8"), (None, ""), ("x", "x")],
)
async def test_another_content_type_is_not_supported(
    me: httpx.AsyncClient, kind: str | None, told: str
) -> None:
    body = json_of(await post_raw(me, b"{}", kind), 415)
    assert body == {"detail": f'Unsupported media type "{told}" in request.'}


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_may_be_spelled_in_other_ways(me: httpx.AsyncClient, kind: str) -> None:
    assert json_of(await post_raw(me, b'{"name": "x"}', kind), 201)["name"] == "x"


async def test_a_form_is_as_good_as_a_flat_object(me: httpx.AsyncClient, behind: Behind) -> None:
    fields = {"name": "Ümläut & more", "top_k": "7", "reranking_enabled": "false"}
    assert json_of(await me.post(CREATE, data=fields), 201)
    assert json_of(await me.post(CREATE, files={k: (None, v) for k, v in fields.items()}), 201)

    for asked in bodies(behind.knowledge):
        assert (asked["name"], asked["top_k"], asked["reranking_enabled"]) == (
            "Ümläut & more",
            7,
            False,
        )


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"name=%ff", "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(1100)), "application/x-www-form-urlencoded"),
        (b"nonsense", "multipart/form-data; boundary=b"),
        (b"nonsense", "multipart/form-data"),
    ],
)
async def test_a_broken_form_is_told(me: httpx.AsyncClient, raw: bytes, kind: str) -> None:
    assert "form parse error - " in json_of(await post_raw(me, raw, kind), 400)["detail"].lower()


async def test_too_long_a_body_is_refused_by_its_announced_length(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    async def never_read() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    response = await me.post(
        CREATE,
        content=never_read(),
        headers={"Content-Length": "100001", "Content-Type": "application/json"},
    )
    assert json_of(response, 413) == {
        "detail": "The request body is limited to 100000 bytes, and this one has 100001 or more."
    }


async def test_too_long_a_body_without_length_is_refused_while_it_arrives(
    me: httpx.AsyncClient,
) -> None:
    pieces_read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal pieces_read
        for _ in range(1000):
            pieces_read += 1
            yield b" " * 10_000

    response = await me.post(CREATE, content=pieces(), headers={"Content-Type": "application/json"})
    assert json_of(response, 413)["detail"].startswith("The request body is limited to 100000")
    assert pieces_read < 15


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": None}, {"name": ["This field may not be null."]}),
        ({"name": ["x"]}, {"name": ["Not a valid string."]}),
        ({"name": "x" * 256}, {"name": ["Ensure this field has no more than 255 characters."]}),
        ({"name": "a\x00b"}, {"name": ["Null characters are not allowed."]}),
        ({"name": "\ud800"}, {"name": ["Not a valid string."]}),
        ({"top_k": "many"}, {"top_k": ["A valid integer is required."]}),
        ({"sparse_weightage": True}, {"sparse_weightage": ["A valid number is required."]}),
        ({"top_k": 1.5}, {"top_k": ["A valid integer is required."]}),
        ({"top_k": 10**30}, {"top_k": ["Ensure this value is less than or equal to 100."]}),
        ({"reranking_enabled": "maybe"}, {"reranking_enabled": ["Must be a valid boolean."]}),
        ({"retrieval_method": "x"}, {"retrieval_method": ['"x" is not a valid choice.']}),
        (
            {"chunk_size": 64, "chunk_overlap": 64},
            {"chunk_overlap": ["Must be smaller than chunk_size."]},
        ),
        (
            {"top_k": 0, "sparse_weightage": 2},
            {
                "top_k": ["Ensure this value is greater than or equal to 1."],
                "sparse_weightage": ["Ensure this value is less than or equal to 1."],
            },
        ),
    ],
)
async def test_every_offending_field_has_its_entry(
    me: httpx.AsyncClient, behind: Behind, fields: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    response = await post_raw(me, json.dumps({"name": "x", **fields}).encode())

    assert json_of(response, 400) == wrong
    assert behind.knowledge.asked == []


async def test_numbers_and_booleans_may_be_text_as_in_rest_framework(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    fields = {"name": " x ", "top_k": "5", "reranking_enabled": "true", "sparse_weightage": "0.25"}
    json_of(await me.post(CREATE, json=fields), 201)

    asked = bodies(behind.knowledge)[0]
    assert asked["name"] == "x"
    assert (asked["top_k"], asked["reranking_enabled"], asked["sparse_weightage"]) == (
        5,
        True,
        0.25,
    )


async def test_unknown_fields_are_ignored_and_nobody_chooses_the_user(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    json_of(await me.post(CREATE, json={"name": "x", "user_id": 1, "colour": "\x00"}), 201)

    assert bodies(behind.knowledge) == [{"user_id": 7, "name": "x"}]


async def test_both_spellings_of_a_field_are_read(me: httpx.AsyncClient, behind: Behind) -> None:
    json_of(await me.post(SAVE, json={"agentName": "Ada", "organisation_name": "Acme"}), 200)
    json_of(await me.post(SAVE, json={"agentName": 5}), 400)

    assert bodies(behind.assistants)[0]["fields"] == {
        "agent_name": "Ada",
        "organisation_name": "Acme",
    }


async def test_a_wrong_field_is_named_in_the_spelling_of_the_client(me: httpx.AsyncClient) -> None:
    for name in ("agentName", "agent_name"):
        assert list(json_of(await me.post(SAVE, json={name: 5}), 400)) == [name]


HOSTILE: list[Any] = [
    "\x00", "\ud800", "\udfff\ud800", "\U0001f600" * 300, "x" * 90_000, "", " ", -1, 0, 2**63, 2**64, 10**400,
    1e308, -0.0, True, False, None, [], {}, [None], [[[]]], {"a": {"b": ["\x00"]}}, [{"question": "\x00"}],
    [{"question": {"a": 1}}], ["\ud800"], {"\ud800": "\x00"}, [0] * 1000, ["a"] * 1000,
]  # fmt: skip
ENDPOINTS: list[tuple[str, str, list[str]]] = [
    ("POST", "/api/register/", ["username", "password"]),
    ("POST", "/api/token/", ["username", "password"]),
    ("POST", "/api/token/refresh/", ["refresh"]),
    ("POST", CREATE, ["name", "description", "update_interval", "embedding_type", "chunk_size"]),
    ("POST", CREATE, ["embedding_model", "sparse_weightage", "reranking_enabled", "top_k"]),
    ("POST", SAVE, ["model_uuid", "agentName", "examples", "goal", "languages", "selected_tools"]),
    ("POST", SAVE, ["data_to_capture", "temperature", "max_tokens", "json_mode"]),
    ("PUT", f"/api/analytics/assistant/config/{MINE}/", ["examples", "data_to_capture", "topP"]),
    ("POST", "/api/analytics/index-documents/", ["assistant_id", "kb_id"]),
    ("POST", "/api/analytics/set_assistant_kb/", ["assistant_id", "kb_id"]),
    ("POST", "/api/analytics/stream/", ["messages", "assistant_uuid", "conversation_id"]),
]


async def send_each(client: httpx.AsyncClient, values: list[Any]) -> set[int]:
    statuses = set()
    for method, path, fields in ENDPOINTS:
        for value in values:
            document = json.dumps(dict.fromkeys(fields, value)).encode()
            response = await client.request(
                method, path, content=document, headers={"Content-Type": "application/json"}
            )
            assert response.status_code < 500, (path, value)
            if response.headers["Content-Type"] == "application/json":
                response.json()
            statuses.add(response.status_code)
    return statuses


async def test_hostile_values_in_any_field_never_break_the_gateway(me: httpx.AsyncClient) -> None:
    assert await send_each(me, HOSTILE) == {200, 400, 413}


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the data is not on this machine")
async def test_naughty_strings_in_any_field_never_break_the_gateway(
    me: httpx.AsyncClient,
) -> None:
    strings = json.loads(NAUGHTY.read_text())  # noqa: ASYNC240
    assert await send_each(me, strings[::3]) >= {200, 201, 400}


async def test_messages_have_limits(me: httpx.AsyncClient) -> None:
    def message(content: Any = "hi", role: Any = "user") -> dict[str, Any]:
        return {"role": role, "content": content}

    for messages in (
        [],
        None,
        "hi",
        ["hi"],
        [message(role="robot")],
        [message(content=5)],
        [message(content=None)],
        [{"role": "user"}],
        [message("x" * (LIMITS.message_characters + 1))],
        [message()] * (LIMITS.messages + 1),
        [message(" ")],
    ):
        response = await me.post("/api/analytics/stream/", json={"messages": messages})
        assert list(json_of(response, 400)) == ["messages"], messages
    assert json_of(await me.post("/api/analytics/stream/", json={}), 400) == {
        "messages": ["This field is required."]
    }


async def test_a_body_that_arrives_too_slowly_is_refused(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    headers = {"Content-Type": "application/json"}
    response = await me.post(CREATE, content=pieces(), headers=headers)
    told = {"detail": "The request body did not arrive within 0.3 seconds."}
    assert json_of(response, 408) == told
    assert response.headers["Connection"] == "close"
    assert behind.knowledge.asked == []
