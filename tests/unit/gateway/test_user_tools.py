"""Users' tools over HTTP: endpoints 49, 50 and 51."""

from typing import Any

import httpx
import pytest

from contracts.errors import InvalidRequest, ServiceError, Unavailable, UpstreamFailed
from tests.unit.gateway.conftest import Behind, json_of
from tests.unit.gateway.fakes import MY_ID, bodies

ALL = "/api/analytics/user-tools/"
NEW = {
    "name": "My Custom Tool",
    "description": "Fetches customer data from an external CRM.",
    "endpoint_url": "https://api.example.com/customers",
    "http_method": "get",
    "body_schema": '{"type": "object"}',
    "unknown": 1,
}


async def test_a_tool_is_made_of_what_was_sent(me: httpx.AsyncClient, behind: Behind) -> None:
    made = json_of(await me.post(ALL, json=NEW), 201)

    assert (made["http_method"], made["body_schema"]) == ("GET", {"type": "object"})
    assert (made["max_tries"], made["on_error"]) == (3, "fail")
    fields = {**NEW, "http_method": "GET", "body_schema": {"type": "object"}}
    del fields["unknown"]
    assert bodies(behind.user_tools) == [{"user_id": MY_ID, "fields": fields}]


async def test_what_a_tool_cannot_be_without(me: httpx.AsyncClient) -> None:
    required = ["This field is required."]
    assert json_of(await me.post(ALL, json={}), 400) == dict.fromkeys(
        ("name", "description", "endpoint_url", "http_method"), required
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 256),
        ("http_method", "TRACE"),
        ("headers", ["a"]),
        ("headers", "{"),
        ("headers", {"a": "x" * 20_000}),
        ("auth_type", "digest"),
        ("auth_type", []),
        ("auth_credentials", "token"),
        ("body_schema", 1),
        ("body_content_type", "json"),
        ("optimize_type", "XML"),
        ("truncate_limit", 0),
        ("max_tries", 11),
        ("max_tries", True),
        ("wait_between_tries", -1),
        ("wait_between_tries", 31),
        ("on_error", "explode"),
        ("send_body", "maybe"),
        ("endpoint_url", "https://a.example/" + "x" * 2000),
    ],
)
async def test_a_wrong_field_is_named(me: httpx.AsyncClient, field: str, value: Any) -> None:
    assert list(json_of(await me.post(ALL, json={**NEW, field: value}), 400)) == [field]
    assert list(json_of(await me.put(f"{ALL}1/", json={field: value}), 400)) == [field]


async def test_a_tool_is_shown_changed_and_deleted(me: httpx.AsyncClient) -> None:
    assert json_of(await me.get(ALL), 200)[0]["id"] == 1
    assert json_of(await me.get(f"{ALL}1"), 200)["id"] == 1
    assert json_of(await me.put(f"{ALL}1/", json={"max_tries": 2}), 200)["max_tries"] == 2
    deleted = await me.delete(f"{ALL}1/")
    assert (deleted.status_code, deleted.content) == (204, b"")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_foreign_tool_is_not_there(me: httpx.AsyncClient, method: str) -> None:
    expected = {"detail": "Not found."}
    assert json_of(await me.request(method, f"{ALL}2/", json={}), 404) == expected
    assert json_of(await me.post(f"{ALL}2/execute/", json={}), 404) == expected


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        ({"arguments": {"a": 1}}, {"a": 1}),
        ({"input": {"a": 1}}, {"a": 1}),
        ({"arguments": '{"a": 1}'}, {"a": 1}),
        ({"arguments": {"a": 1}, "input": {"a": 2}}, {"a": 1}),
        ({}, {}),
    ],
)
async def test_a_tool_is_executed(
    me: httpx.AsyncClient, body: dict[str, Any], arguments: dict[str, Any]
) -> None:
    done = json_of(await me.post(f"{ALL}1/execute/", json=body), 200)
    assert done == {"result": arguments, "status_code": 200, "elapsed_ms": 1.5}


@pytest.mark.parametrize(
    ("failure", "status", "told"),
    [
        (UpstreamFailed("The endpoint answered 500: no."), 502, "The endpoint answered 500: no."),
        (Unavailable.of("Tools"), 503, "Tools is temporarily unavailable."),
    ],
)
async def test_a_failure_is_told(
    me: httpx.AsyncClient, behind: Behind, failure: ServiceError, status: int, told: str
) -> None:
    behind.tool_calls.failure = failure
    assert json_of(await me.post(f"{ALL}1/execute/", json={}), status) == {"detail": told}


async def test_a_refused_target_is_a_400(me: httpx.AsyncClient, behind: Behind) -> None:
    behind.tool_calls.failure = InvalidRequest.on("endpoint_url", "This address is not allowed.")
    assert json_of(await me.post(f"{ALL}1/execute/", json={}), 400) == {
        "endpoint_url": ["This address is not allowed."]
    }
