"""Every row of the contract's table of errors."""

import httpx
import pytest

from contracts.errors import (
    Conflict,
    InternalError,
    InvalidRequest,
    NotAuthenticated,
    Throttled,
    TooLarge,
    Unavailable,
)
from tests.unit.gateway.conftest import Behind, json_of
from tests.unit.gateway.fakes import FOREIGN, MINE

PROFILE = "/api/analytics/user/profile/"
CREATE = "/api/analytics/create-knowledge-base/"
CHALLENGE = 'Bearer realm="api"'
NO_CREDENTIALS = {"detail": "Authentication credentials were not provided."}
TWO_VALUES = {
    "detail": "Authorization header must contain two space-delimited values",
    "code": "bad_authorization_header",
}


def bad_token(why: str) -> dict[str, object]:
    return {
        "detail": "Given token not valid for any token type",
        "code": "token_not_valid",
        "messages": [{"token_class": "AccessToken", "token_type": "access", "message": why}],
    }


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (None, NO_CREDENTIALS),
        ("", NO_CREDENTIALS),
        ("Basic abc", NO_CREDENTIALS),
        ("good", NO_CREDENTIALS),
        ("Bearer", TWO_VALUES),
        ("Bearer a b", TWO_VALUES),
        ("Bearer nonsense", bad_token("Token is invalid")),
        ("Bearer old", bad_token("Token is expired")),
    ],
)
async def test_a_request_without_a_good_token_is_challenged(
    anyone: httpx.AsyncClient, header: str | None, body: dict[str, object]
) -> None:
    response = await anyone.get(PROFILE, headers={"Authorization": header} if header else {})

    assert json_of(response, 401) == body
    assert response.headers["WWW-Authenticate"] == CHALLENGE


@pytest.mark.parametrize(
    ("code", "detail"),
    [("user_not_found", "User not found"), ("user_inactive", "User is inactive")],
)
async def test_a_user_who_is_gone_is_told_so_without_nulls(
    me: httpx.AsyncClient, behind: Behind, code: str, detail: str
) -> None:
    behind.auth.failure = NotAuthenticated(detail, code=code)

    assert json_of(await me.get(PROFILE), 401) == {"detail": detail, "code": code}


async def test_a_wrong_password_is_a_401_with_a_challenge(anyone: httpx.AsyncClient) -> None:
    response = await anyone.post("/api/token/", json={"username": "ada", "password": "wrong"})

    assert json_of(response, 401) == {
        "detail": "No active account found with the given credentials"
    }
    assert response.headers["WWW-Authenticate"] == CHALLENGE


async def test_a_bad_refresh_token_carries_its_code(
    anyone: httpx.AsyncClient, behind: Behind
) -> None:
    behind.auth.failure = NotAuthenticated("Token is expired", code="token_not_valid")
    response = await anyone.post("/api/token/refresh/", json={"refresh": "x"})

    assert json_of(response, 401) == {"detail": "Token is expired", "code": "token_not_valid"}


async def test_every_missing_field_is_named(anyone: httpx.AsyncClient) -> None:
    required = ["This field is required."]
    for response in (
        await anyone.post("/api/register/", json={}),
        await anyone.post("/api/register/"),
    ):
        assert json_of(response, 400) == {"username": required, "password": required}


async def test_a_blank_field_is_named(me: httpx.AsyncClient, behind: Behind) -> None:
    for name in ("", "   "):
        response = await me.post(CREATE, json={"name": name})
        assert json_of(response, 400) == {"name": ["This field may not be blank."]}
    assert behind.knowledge.asked == []


async def test_what_a_service_finds_wrong_keeps_its_fields(
    anyone: httpx.AsyncClient, behind: Behind
) -> None:
    behind.auth.failure = InvalidRequest.on("password", "Too short.", "Too common.")
    response = await anyone.post("/api/register/", json={"username": "a", "password": "b"})

    assert json_of(response, 400) == {"password": ["Too short.", "Too common."]}


async def test_a_request_that_is_wrong_as_a_whole_has_a_detail(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    behind.knowledge.failure = InvalidRequest("No knowledge base is set.")
    response = await me.post(CREATE, json={"name": "x"})

    assert json_of(response, 400) == {"detail": "No knowledge base is set."}


@pytest.mark.parametrize(
    ("failure", "status", "body", "header"),
    [
        (Conflict("It is archived."), 409, {"detail": "It is archived."}, None),
        (TooLarge("Too much."), 413, {"detail": "Too much."}, None),
        (
            Throttled(retry_after_s=17),
            429,
            {"detail": "Request was throttled. Expected available in 17 seconds."},
            "17",
        ),
        (
            Unavailable.of("Knowledge"),
            503,
            {"detail": "Knowledge is temporarily unavailable."},
            "5",
        ),
        (InternalError("secret"), 500, {"detail": "Internal server error."}, None),
        (RuntimeError("secret"), 500, {"detail": "Internal server error."}, None),
    ],
)
async def test_a_service_error_has_its_status(
    me: httpx.AsyncClient,
    behind: Behind,
    failure: Exception,
    status: int,
    body: dict[str, str],
    header: str | None,
) -> None:
    behind.knowledge.failure = failure
    response = await me.get("/api/analytics/knowledge-bases/")

    assert json_of(response, status) == body
    assert response.headers.get("Retry-After") == header
    assert response.headers["X-Request-ID"]


async def test_an_unknown_url_is_not_found_even_without_a_token(anyone: httpx.AsyncClient) -> None:
    for path in ("/api/nope/", "/nope", "/api/analytics/assistant/config/not-a-uuid/"):
        assert json_of(await anyone.get(path), 404) == {"detail": "Not found."}


async def test_a_foreign_object_answers_as_one_that_does_not_exist(me: httpx.AsyncClient) -> None:
    for path in (
        f"/api/analytics/assistant/config/{FOREIGN}/",
        f"/api/analytics/get-task-status/{FOREIGN}/",
        "/api/analytics/get-task-status/nonsense/",
        f"/api/analytics/knowledgebase/list/?kb_uuid={FOREIGN}",
        f"/api/analytics/assistant/final-prompt/?assistant_uuid={FOREIGN}",
    ):
        assert json_of(await me.get(path), 404) == {"detail": "Not found."}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("index-documents/", {"kb_id": str(FOREIGN)}, "kb_id"),
        ("index-documents/", {"kb_id": 99}, "kb_id"),
        ("index-documents/", {"assistant_id": str(FOREIGN)}, "assistant_id"),
        ("set_assistant_kb/", {"assistant_id": str(FOREIGN), "kb_id": None}, "assistant_id"),
        ("set_assistant_kb/", {"assistant_id": str(FOREIGN)}, "assistant_id"),
        ("set_assistant_kb/", {"assistant_id": str(MINE), "kb_id": 99}, "kb_id"),
        ("stream/", {"assistant_uuid": str(FOREIGN)}, "assistant_uuid"),
        ("stream/", {"model_uuid": str(FOREIGN)}, "model_uuid"),
    ],
)
async def test_a_foreign_object_in_a_body_is_told_on_its_field(
    me: httpx.AsyncClient, path: str, body: dict[str, object], field: str
) -> None:
    if path == "stream/":
        body["messages"] = [{"role": "user", "content": "?"}]
    response = await me.post(f"/api/analytics/{path}", json=body)

    assert json_of(response, 400) == {field: ["Object does not exist."]}


async def test_saving_the_configuration_of_a_foreign_assistant_is_not_found(
    me: httpx.AsyncClient,
) -> None:
    response = await me.post("/api/analytics/save-configuration", json={"model_uuid": str(FOREIGN)})
    assert json_of(response, 404) == {"detail": "Not found."}


async def test_a_query_is_checked_like_a_body(me: httpx.AsyncClient) -> None:
    path = "/api/analytics/knowledgebase/list/"
    assert json_of(await me.get(path), 400) == {"kb_uuid": ["This field is required."]}
    response = await me.get(path, params={"kb_uuid": "5"})
    assert json_of(response, 400) == {"kb_uuid": ["Must be a valid UUID."]}


async def test_a_method_that_a_path_does_not_have_is_refused_after_the_token(
    me: httpx.AsyncClient, anyone: httpx.AsyncClient
) -> None:
    for path in (CREATE, CREATE.rstrip("/")):
        response = await me.request("PATCH", path)
        assert json_of(response, 405) == {"detail": 'Method "PATCH" not allowed.'}
        assert response.headers["Allow"] == "OPTIONS, POST"
        assert json_of(await anyone.request("PATCH", path), 401) == NO_CREDENTIALS

    response = await me.delete(f"/api/analytics/assistant/config/{MINE}")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, PUT"
    assert json_of(await anyone.post("/api/hello"), 405)
    assert json_of(await anyone.request("BREW", "/api/hello"), 405) == {
        "detail": 'Method "BREW" not allowed.'
    }


async def test_options_tells_the_methods(anyone: httpx.AsyncClient) -> None:
    response = await anyone.options(CREATE)

    assert (response.status_code, response.headers["Allow"]) == (200, "OPTIONS, POST")


async def test_the_token_is_checked_before_the_body(anyone: httpx.AsyncClient) -> None:
    response = await anyone.post(CREATE, content=b"{", headers={"Content-Type": "application/json"})
    assert json_of(response, 401) == NO_CREDENTIALS
