"""Signing in and out, leaving, Zoho: what the client sends and what auth is asked."""

from ipaddress import ip_network
from typing import Any

import httpx
import pytest

from contracts.errors import InvalidRequest, NotAuthenticated, Throttled, Unavailable
from services.gateway.domain.client_address import client_address
from services.gateway.domain.front_end import back_to
from tests.unit.gateway.conftest import Behind, json_of
from tests.unit.gateway.fakes import MY_ID, bodies

FRONT_END = "http://localhost:3000/"
PASSWORD = {"password": "right"}
ACCOUNT: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", "/api/logout/", {"refresh": "r"}, "Logged out successfully."),
    (
        "POST",
        "/api/account/password/",
        {"old_password": "right", "new_password": "new"},
        "Password changed successfully.",
    ),
    ("POST", "/api/account/deactivate/", PASSWORD, "Account deactivated."),
    ("DELETE", "/api/account/", PASSWORD, "Account deleted."),
    ("POST", "/api/account/delete/", PASSWORD, "Account deleted."),
]


@pytest.mark.parametrize(("method", "path", "body", "told"), ACCOUNT)
async def test_an_account_is_its_owners(
    me: httpx.AsyncClient, behind: Behind, method: str, path: str, body: Any, told: str
) -> None:
    answer = json_of(await me.request(method, path, json={**body, "user_id": 99}), 200)
    assert answer == {"message": told}
    assert bodies(behind.auth) == [{"user_id": MY_ID, **body}]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/account/deactivate/", "user_inactive"),
        ("/api/account/delete/", "user_not_found"),
    ],
)
async def test_whoever_leaves_is_refused_at_once(
    me: httpx.AsyncClient, behind: Behind, path: str, code: str
) -> None:
    behind.auth.failure = InvalidRequest.on("password", "Incorrect password.")
    json_of(await me.post(path, json=PASSWORD), 400)
    assert (await me.get("/api/analytics/user/profile/")).status_code != 401
    behind.auth.failure = None
    json_of(await me.post(path, json=PASSWORD), 200)
    for private in ("/api/analytics/knowledge-bases/", "/api/analytics/user/profile/"):
        assert json_of(await me.get(private), 401)["code"] == code


@pytest.mark.parametrize(("method", "path", "body", "told"), ACCOUNT)
async def test_every_field_of_an_account_is_needed(
    me: httpx.AsyncClient, behind: Behind, method: str, path: str, body: Any, told: str
) -> None:
    empty = json_of(await me.request(method, path, json={}), 400)
    assert empty == {name: ["This field is required."] for name in body}
    blank = json_of(await me.request(method, path, json=dict.fromkeys(body, " ")), 400)
    assert blank == {name: ["This field may not be blank."] for name in body}
    assert behind.auth.asked == []


async def test_a_throttled_sign_in_says_when_to_come_back(
    anyone: httpx.AsyncClient, behind: Behind
) -> None:
    behind.auth.failure = Throttled(retry_after_s=120)
    response = await anyone.post("/api/token/", json={"username": "ann", "password": "x"})
    assert json_of(response, 429) == {
        "detail": "Request was throttled. Expected available in 120 seconds."
    }
    assert response.headers["Retry-After"] == "120"


async def test_a_client_cannot_say_where_it_is(anyone: httpx.AsyncClient, behind: Behind) -> None:
    body = {"username": "ann", "password": "right", "client_address": "6.6.6.6"}
    await anyone.post("/api/token/", json=body, headers={"X-Forwarded-For": "6.6.6.6"})
    assert bodies(behind.auth)[0]["client_address"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "trusted", "address"),
    [
        ("10.0.0.1", "", ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7", [], "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7", ["10.0.0.0/8"], "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.7", ["10.0.0.1"], "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.7 , 10.0.0.2", ["10.0.0.0/8"], "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, unknown", ["10.0.0.0/8"], "10.0.0.1"),
        ("192.0.2.1", "203.0.113.7", ["10.0.0.0/8"], "192.0.2.1"),
        ("::1", "2001:db8::1", ["::1"], "2001:db8::1"),
        ("", "203.0.113.7", ["10.0.0.0/8"], ""),
    ],
)
def test_only_trusted_proxies_are_believed(
    peer: str, forwarded_for: str, trusted: list[str], address: str
) -> None:
    networks = [ip_network(each) for each in trusted]
    assert client_address(peer, forwarded_for, trusted=networks) == address


async def test_connecting_zoho_hands_out_where_to_go(me: httpx.AsyncClient, behind: Behind) -> None:
    path = "/api/analytics/integrations/zoho/connect/"
    assert json_of(await me.get(path), 200) == {"authorization_url": "https://accounts.zoho.com/x"}
    assert bodies(behind.auth) == [{"user_id": MY_ID}]
    behind.auth.failure = InvalidRequest("The Zoho integration is not configured on this server.")
    assert "not configured" in json_of(await me.get(path), 400)["detail"]


@pytest.mark.parametrize("path", ["/oauth/zoho", "/oauth/zoho/"])
async def test_zoho_comes_back_without_a_token(
    anyone: httpx.AsyncClient, behind: Behind, path: str
) -> None:
    query = {
        "state": "good",
        "code": "1000.c",
        "location": "eu",
        "accounts-server": "https://accounts.zoho.eu",
    }
    response = await anyone.get(path, params=query)
    assert (response.status_code, response.headers["Location"]) == (
        302,
        f"{FRONT_END}?zoho=success",
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert bodies(behind.auth) == [
        {
            "state": "good",
            "code": "1000.c",
            "error": "",
            "location": "eu",
            "accounts_server": "https://accounts.zoho.eu",
        }
    ]


@pytest.mark.parametrize(
    ("failure", "query", "reason"),
    [
        (None, {}, "invalid_state"),
        (None, {"state": "\x00"}, "invalid_request"),
        (None, {"code": "c" * 5000}, "invalid_request"),
        (Unavailable.of("Authentication"), {}, "unavailable"),
        (NotAuthenticated(), {}, "unavailable"),
    ],
)
async def test_whatever_goes_wrong_the_browser_gets_home(
    anyone: httpx.AsyncClient, behind: Behind, failure: Any, query: dict[str, str], reason: str
) -> None:
    behind.auth.failure = failure
    response = await anyone.get("/oauth/zoho", params=query)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{FRONT_END}?zoho=error&reason={reason}"


def test_the_front_ends_own_query_is_kept() -> None:
    assert back_to("https://a.example/x?tab=2#top", zoho="success", reason="") == (
        "https://a.example/x?tab=2&zoho=success#top"
    )
