"""Accounts through the gateway, on a real broker and database."""

import subprocess
import sys
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from chassis.database import sync_engine
from local.layout import REPOSITORY, process_environment
from local.stack import Stack
from tools.client import Client

from .conftest import PASSWORD, wait_until

PROFILE = "/api/analytics/user/profile/"
CONFIGS = "/api/analytics/assistant/configs/"
NEW = "An0ther-staple"
GONE = (401, {"detail": "User not found", "code": "user_not_found"})
INACTIVE = (401, {"detail": "User is inactive", "code": "user_inactive"})
VOID = (401, {"detail": "Token is invalid", "code": "token_not_valid"})


def told(response: httpx.Response) -> tuple[int, object]:
    return response.status_code, response.json()


def refreshed(client: Client, token: str | None = None) -> tuple[int, object]:
    body = {"refresh": token or client.refresh_token}
    return told(client.http.post("/api/token/refresh/", json=body))


def test_signing_out_revokes_that_refresh_token(client: Client) -> None:
    assert refreshed(client)[0] == 200
    elsewhere = client.refresh_token
    client.sign_in(client.username, PASSWORD)
    client.sign_out()
    assert refreshed(client) == VOID
    assert refreshed(client, elsewhere)[0] == 200
    assert client.http.get(PROFILE).status_code == 200


def test_another_password_revokes_every_refresh_token(client: Client) -> None:
    before = client.refresh_token
    wrong = client.http.post(
        "/api/account/password/", json={"old_password": "wrong", "new_password": NEW}
    )
    assert (wrong.status_code, list(wrong.json())) == (400, ["old_password"])
    weak = client.http.post(
        "/api/account/password/", json={"old_password": PASSWORD, "new_password": "12345678"}
    )
    assert (weak.status_code, list(weak.json())) == (400, ["new_password"])
    client.change_password(PASSWORD, NEW)
    assert refreshed(client, before) == VOID
    client.sign_in(client.username, NEW)
    assert refreshed(client)[0] == 200
    with pytest.raises(httpx.HTTPStatusError):
        client.sign_in(client.username, PASSWORD)


def test_a_deactivated_user_is_refused_on_every_endpoint(client: Client) -> None:
    client.save_assistant(agent_name="Robin")
    client.deactivate_account(PASSWORD)
    wait_until(lambda: told(client.http.get(CONFIGS)) == INACTIVE, within_s=3)
    assert told(client.http.get(PROFILE)) == INACTIVE
    assert refreshed(client) == VOID
    with pytest.raises(httpx.HTTPStatusError):
        client.sign_in(client.username, PASSWORD)


def test_a_deleted_user_leaves_nothing_behind(client: Client, stack: Stack, engine: Engine) -> None:
    assistants = sync_engine(stack.environment["PARLANCE_ASSISTANTS_DATABASE_URL"], pool_size=1)
    client.save_assistant(agent_name="Robin")
    client.http.get("/api/analytics/assistant/config/")
    with engine.connect() as connection:
        query = text("select id from user_account where username = :name")
        user_id = connection.execute(query, {"name": client.username}).scalar_one()

    def rows() -> int:
        with assistants.connect() as connection:
            counted = text("select count(*) from assistant where user_id = :id")
            return int(connection.execute(counted, {"id": user_id}).scalar_one())

    assert rows() == 2
    client.delete_account(PASSWORD)
    wait_until(lambda: told(client.http.get(CONFIGS)) == GONE, within_s=3)
    wait_until(lambda: rows() == 0)
    assert told(client.http.get(PROFILE)) == GONE
    assert refreshed(client) == VOID
    assistants.dispose()


def test_a_user_who_has_gone_stays_refused_when_the_gateway_starts_anew(
    client: Client, stack: Stack
) -> None:
    client.http.request("POST", "/api/account/delete/", json={"password": PASSWORD})
    stack.kill("gateway")
    stack.wait_ready("gateway")
    wait_until(lambda: told(client.http.get(CONFIGS)) == GONE)


def test_what_was_announced_while_the_broker_was_away_is_asked_for(
    client: Client, stack: Stack, engine: Engine
) -> None:
    token = client.http.headers["Authorization"].split()[1]
    user_id = jwt.decode(token, options={"verify_signature": False})["user_id"]
    assert client.http.get(CONFIGS).status_code == 200
    with engine.begin() as connection:  # as a deletion leaves it whose news nobody heard
        connection.execute(
            text("insert into departed_user values (:id, 'user_not_found', now())"),
            {"id": user_id},
        )
    assert client.http.get(CONFIGS).status_code == 200
    stack.kill("rabbitmq")
    stack.wait_ready()
    wait_until(lambda: told(client.http.get(CONFIGS)) == GONE, within_s=30)


def test_wrong_passwords_are_throttled_by_name_and_by_address(client: Client) -> None:
    def attempt(username: str, password: str, *, at: str) -> httpx.Response:
        body = {"username": username, "password": password}
        headers = {"X-Forwarded-For": f"6.6.6.6, {at}"}
        return client.http.post("/api/token/", json=body, headers=headers)

    def statuses() -> list[int]:
        return [attempt(client.username, "wrong", at="203.0.113.1").status_code for _ in range(11)]

    for _ in range(15):
        assert attempt(client.username, PASSWORD, at="203.0.113.9").status_code == 200
    first = statuses()
    if first[-1] == 401:  # the window ended meanwhile
        first = statuses()
    assert first[-1] == 429
    refused = attempt(client.username, PASSWORD, at="203.0.113.9")
    seconds = int(refused.headers["Retry-After"])
    assert 0 < seconds <= 300
    assert told(refused) == (
        429,
        {"detail": f"Request was throttled. Expected available in {seconds} seconds."},
    )
    answers = [
        attempt(f"nobody-{uuid4().hex}", "wrong", at="203.0.113.77").status_code for _ in range(41)
    ]
    assert (answers[0], answers[-1]) == (401, 429)
    with Client(str(client.http.base_url)) as elsewhere:
        elsewhere.sign_up(f"user-{uuid4().hex[:12]}", PASSWORD)


def rotate(stack: Stack, **variables: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "services.auth", "rotate-keys"],
        cwd=REPOSITORY,
        env={**process_environment(), **stack.environment, **variables},
        check=True,
        capture_output=True,
        timeout=60,
    )


def kid(client: Client) -> str:
    return str(jwt.get_unverified_header(client.http.headers["Authorization"].split()[1])["kid"])


def test_a_new_signing_key_signs_nobody_out(client: Client, stack: Stack) -> None:
    old, refresh = kid(client), client.refresh_token
    rotate(stack, PARLANCE_KEY_PUBLISH_DELAY_S="0")
    with Client(str(client.http.base_url)) as newer:

        def signs_anew() -> bool:
            newer.sign_in(client.username, PASSWORD)
            assert newer.http.get(PROFILE).status_code == 200
            return kid(newer) != old

        wait_until(signs_anew, within_s=40)  # the running process reads keys every 30 s
        assert client.http.get(PROFILE).status_code == 200
        client.http.headers["Authorization"] = f"Bearer {client.refresh(refresh)['access']}"
        assert kid(client) == kid(newer)
        assert client.http.get(PROFILE).status_code == 200


def test_secrets_are_encrypted_under_the_newest_secret_key(stack: Stack, engine: Engine) -> None:
    def secrets() -> list[bytes]:
        with engine.connect() as connection:
            return [
                row[0].encode()
                for row in connection.execute(text("select private_key from signing_key"))
            ]

    old, new = stack.environment["PARLANCE_SECRET_KEYS"], Fernet.generate_key().decode()
    rotate(stack, PARLANCE_SECRET_KEYS=f"{new},{old}")
    try:
        assert all(Fernet(new).decrypt(secret) for secret in secrets())
    finally:
        rotate(stack, PARLANCE_SECRET_KEYS=f"{old},{new}")
    assert all(Fernet(old).decrypt(secret) for secret in secrets())
