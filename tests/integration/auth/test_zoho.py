"""Connecting Zoho, against a stand-in of its accounts server."""

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from kombu import Connection
from sqlalchemy import Engine, text

from chassis.rpc_client import RpcClient
from contracts.rpc.auth import UserRef, ZohoAccess
from local.stack import Stack
from tools.client import Client

from .conftest import FRONT_END
from .zoho_stand_in import GOOD_CODE, ZohoStandIn

CONNECT = "/api/analytics/integrations/zoho/connect/"


def begin(client: Client) -> str:
    url = urlsplit(client.http.get(CONNECT).json()["authorization_url"])
    assert url.path == "/oauth/v2/auth"
    return parse_qs(url.query)["state"][0]


def come_back(client: Client, **query: str) -> str:
    """As the browser does, without a token; returns what the front end is told."""
    named = {name.replace("_", "-"): value for name, value in query.items()}
    response = client.http.get("/oauth/zoho", params=named, headers={"Authorization": ""})
    assert response.status_code == 302
    location = response.headers["Location"]
    assert location.startswith(f"{FRONT_END}&zoho=")
    return str(location.removeprefix(f"{FRONT_END}&"))


def user_id(client: Client, engine: Engine) -> int:
    query = text("select id from user_account where username = :name")
    with engine.connect() as connection:
        return int(connection.execute(query, {"name": client.username}).scalar_one())


def kept(engine: Engine, user: int) -> dict[str, object]:
    query = text("select * from zoho_connection where user_id = :id")
    with engine.connect() as connection:
        return dict(connection.execute(query, {"id": user}).mappings().one())


def test_a_user_is_connected_once_per_state(
    client: Client, zoho: ZohoStandIn, engine: Engine
) -> None:
    state, code = begin(client), f"{GOOD_CODE}.1"
    assert come_back(client, state=state, code=code, accounts_server=zoho.url) == "zoho=success"
    row = kept(engine, user_id(client, engine))
    assert row["api_domain"] == "https://www.zohoapis.com"
    assert "1000." not in f"{row['access_token']}{row['refresh_token']}"
    assert come_back(client, state=state, code=code) == "zoho=error&reason=invalid_state"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"code": "1000.stale"}, "invalid_code"),
        ({"error": "access_denied"}, "access_denied"),
        ({}, "missing_code"),
        ({"code": "c", "accounts_server": "https://accounts.zoho.evil"}, "unknown_accounts_server"),
        ({"code": "c", "state": "forged"}, "invalid_state"),
    ],
)
def test_what_went_wrong_is_told_in_a_word(
    client: Client, query: dict[str, str], reason: str
) -> None:
    answer = come_back(client, **{"state": begin(client), **query})
    assert answer == f"zoho=error&reason={reason}"


def test_a_zoho_that_hangs_keeps_nobody_else_waiting(client: Client, zoho: ZohoStandIn) -> None:
    state = begin(client)
    zoho.hangs.set()
    try:
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(come_back, client, state=state, code=f"{GOOD_CODE}.3")
            for _ in range(20):
                started = time.monotonic()
                assert client.http.get("/api/analytics/user/profile/").status_code == 200
                assert time.monotonic() - started < 2
            assert not waiting.done()
            assert waiting.result(9) == "zoho=error&reason=zoho_unavailable"
    finally:
        zoho.hangs.clear()


async def test_an_expired_access_token_is_refreshed(
    client: Client, zoho: ZohoStandIn, engine: Engine, stack: Stack
) -> None:
    rpc = RpcClient(stack.environment["PARLANCE_AMQP_URL"], name="asking", timeout_s=10)
    await rpc.start()
    await rpc._is_open.wait()

    async def access() -> str:
        request = UserRef(user_id=user)
        answer = await rpc.call("auth", "get_zoho_access", request, ZohoAccess, capability="Zoho")
        return answer.access_token

    user = user_id(client, engine)
    come_back(client, state=begin(client), code=f"{GOOD_CODE}.2")
    first = await access()
    assert await access() == first
    with engine.begin() as connection:
        connection.execute(
            text("update zoho_connection set access_expires_at = now() where user_id = :id"),
            {"id": user},
        )
    second = await access()
    assert second != first
    assert zoho.forms[-1]["grant_type"] == "refresh_token"
    assert await access() == second
    await rpc.close()


def test_the_news_of_a_user_goes_out_once(stack: Stack) -> None:
    with Connection(stack.environment["PARLANCE_AMQP_URL"]) as connection:
        channel = connection.channel()
        name = "evt-auth-user_deleted.v1--assistants-events.on_user_deleted"
        assert channel.queue_declare(f"{name}.parked", passive=True).message_count == 0
        assert channel.queue_declare(name, passive=True).message_count == 0
