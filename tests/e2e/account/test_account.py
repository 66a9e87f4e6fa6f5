"""Signing out, another password, leaving: through the gateway, and in every service."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.stack import Stack
from tools.client import Client

HANDBOOK = Path(__file__).parents[3] / "examples" / "harbour-library.md"
PASSWORD = "Tr1cky-horse-battery"
GONE = {"detail": "User not found", "code": "user_not_found"}
INACTIVE = {"detail": "User is inactive", "code": "user_inactive"}


@pytest.fixture
def leaver(stack: Stack) -> Iterator[Client]:
    """A user with PASSWORD, who has a document in a knowledge base, an assistant and a conversation."""
    with Client(f"http://127.0.0.1:{stack.layout.http_port}") as client:
        client.sign_up(f"leaver-{uuid4().hex[:12]}", PASSWORD)
        yield client


def settle(client: Client) -> str:
    """Returns where the document's bytes are."""
    base = client.create_knowledge_base("Library")["uuid"]
    client.upload(base, HANDBOOK.name, HANDBOOK.read_bytes())
    assistant = client.save_assistant(agentName="Robin", goal="Answer from the handbook.")
    client.set_knowledge_base(assistant, base)
    client.wait_for_task(client.index(assistant_id=assistant))
    assert list(client.stream("What is this about?", assistant_uuid=assistant))
    return str(client.documents(base)[0]["s3_url"])


def wait_until(reached: Callable[[], object], *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not reached():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


def every_private_endpoint(client: Client) -> list[tuple[str, str]]:
    document = client.http.get("/api/schema/").json()
    found = []
    for path, operations in document["paths"].items():
        url = path
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    is_uuid = parameter["schema"].get("format") == "uuid"
                    value = str(uuid4()) if is_uuid else "1"
                    url = url.replace(f"{{{parameter['name']}}}", value)
        found += [
            (method.upper(), url)
            for method, operation in operations.items()
            if operation.get("security")
        ]
    assert len(found) > 20
    return found


def refusals(client: Client) -> set[tuple[int, str]]:
    """What a token gets on all endpoints."""
    answers = [
        client.http.request(method, url, json={}) for method, url in every_private_endpoint(client)
    ]
    return {(answer.status_code, answer.text) for answer in answers}


def is_refused(client: Client, told: dict[str, Any]) -> bool:
    answer = client.http.get("/api/analytics/assistant/configs/")
    return answer.status_code == 401 and answer.json() == told


def test_a_deleted_users_token_is_refused_everywhere_and_everything_is_gone(
    leaver: Client,
) -> None:
    stored = settle(leaver)
    assert httpx.get(stored, trust_env=False).status_code == 200
    with pytest.raises(httpx.HTTPStatusError):
        leaver.delete_account("not my password")
    leaver.delete_account(PASSWORD)
    wait_until(lambda: is_refused(leaver, GONE), within_s=3)
    assert len(refusals(leaver)) == 1
    with pytest.raises(httpx.HTTPStatusError):
        leaver.refresh(leaver.refresh_token)
    wait_until(lambda: httpx.get(stored, trust_env=False).status_code in {403, 404}, within_s=60)

    leaver.http.headers.pop("Authorization")
    leaver.sign_up(leaver.username, PASSWORD)  # the name is free, and nothing comes with it
    assert leaver.http.get("/api/analytics/knowledge-bases/").json() == []
    assert leaver.http.get("/api/analytics/assistant/configs/").json() == []


def test_a_deactivated_users_token_is_refused_everywhere(leaver: Client) -> None:
    leaver.deactivate_account(PASSWORD)
    wait_until(lambda: is_refused(leaver, INACTIVE), within_s=3)
    assert len(refusals(leaver)) == 1
    with pytest.raises(httpx.HTTPStatusError) as error:
        leaver.sign_in(leaver.username, PASSWORD)
    assert error.value.response.json() == {
        "detail": "No active account found with the given credentials"
    }


def test_signing_out_and_another_password_end_refresh_tokens(leaver: Client) -> None:
    first = leaver.refresh_token
    leaver.sign_out()
    leaver.sign_in(leaver.username, PASSWORD)
    second = leaver.refresh_token
    leaver.change_password(PASSWORD, "An0ther-staple")
    for token in (first, second):
        with pytest.raises(httpx.HTTPStatusError) as error:
            leaver.refresh(token)
        refused = error.value.response
        assert (refused.status_code, refused.json()) == (
            401,
            {"detail": "Token is invalid", "code": "token_not_valid"},
        )
    leaver.sign_in(leaver.username, "An0ther-staple")
    assert leaver.refresh(leaver.refresh_token)["access"]


def test_a_strangers_refresh_token_cannot_be_revoked(leaver: Client, stranger: Client) -> None:
    answer = stranger.http.post("/api/logout/", json={"refresh": leaver.refresh_token})
    assert answer.status_code == 401
    assert leaver.refresh(leaver.refresh_token)["access"]


def test_zoho_that_is_not_configured_says_so(leaver: Client) -> None:
    answer = leaver.http.get("/api/analytics/integrations/zoho/connect/")
    assert answer.status_code == 400
    assert "not configured" in answer.json()["detail"]
    back = leaver.http.get("/oauth/zoho", params={"state": "x", "code": "y"})
    assert back.status_code == 302
    assert back.headers["Location"].endswith("?zoho=error&reason=not_configured")
