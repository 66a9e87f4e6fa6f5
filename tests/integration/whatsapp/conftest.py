"""The gateway and assistants' processes on real parts; Meta and the model server stand in."""

import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis.database import sync_engine
from local.stack import Stack
from tools.client import Client

from .meta_stand_in import TOKEN, MetaStandIn

BASE_PORT = 20_600
NUMBER = "106540352242922"
APP_SECRET = "s3cret-of-the-app"
VERIFY_TOKEN = "a-word-of-our-own"
PASSWORD = "a long passphrase of a user"
_messages, _people = count(1), count(491_700_000)


@pytest.fixture(scope="session")
def meta() -> Iterator[MetaStandIn]:
    server = MetaStandIn()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, meta: MetaStandIn) -> Iterator[Stack]:
    data = tmp_path_factory.mktemp("whatsapp") / "data"
    with Stack(
        data,
        base_port=BASE_PORT,
        http_port=BASE_PORT + 99,
        only=["gateway", "auth-rpc", "assistants-rpc", "assistants-chat", "assistants-worker"],
        variables={
            "PARLANCE_GRAPH_URL": f"{meta.url}/v23.0",
            "PARLANCE_MODELS_URL": meta.url,
            "PARLANCE_CHAT_MODEL": "command-a",
            "PARLANCE_WHATSAPP_PER_MINUTE": "5",
        },
    ) as running:
        yield running
        said = "".join(running.log(name) for name in ("assistants-worker", "assistants-rpc"))
        for secret in (APP_SECRET, VERIFY_TOKEN, TOKEN):
            assert secret not in said


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    """A new user, signed in."""
    with Client(f"http://127.0.0.1:{stack.layout.http_port}") as signed_in:
        signed_in.sign_up(f"user-{uuid4().hex[:12]}", PASSWORD)
        yield signed_in


@dataclass
class Channel:
    """An assistant's channel: its user's client, and what Meta would do."""

    client: Client
    assistant: str
    path: str
    webhook: str
    person: str = field(default_factory=lambda: str(next(_people)))

    def says(
        self, text: str = "", *, wamid: str = "", secret: str = APP_SECRET, **message: Any
    ) -> httpx.Response:
        """The person writes, and Meta calls the webhook."""
        told = {
            "from": self.person,
            "id": wamid or f"wamid.in.{next(_messages)}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": text},
            **message,
        }
        value = {"metadata": {"phone_number_id": NUMBER}, "messages": [told]}
        body = json.dumps({"entry": [{"changes": [{"value": value}]}]}).encode()
        digest = hmac.new(secret.encode(), body, sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
        url = self.client.http.base_url.join(self.webhook)
        return httpx.post(url, content=body, headers=headers, trust_env=False)

    def shown(self) -> dict[str, Any]:
        answer = self.client.http.get(self.path).raise_for_status()
        return dict(answer.json())


@pytest.fixture
def channel(client: Client, meta: MetaStandIn) -> Channel:
    """Of a new assistant; Meta remembers nothing."""
    for memory in (meta.sent, meta.read, meta.asked, meta.refusals):
        memory.clear()  # type: ignore[attr-defined]
    meta.hold.clear()
    assistant = client.save_assistant(agent_name="Robin")
    path = f"/api/analytics/assistant/{assistant}/whatsapp/"
    fields = {
        "phone_number_id": NUMBER,
        "access_token": TOKEN,
        "app_secret": APP_SECRET,
        "verify_token": VERIFY_TOKEN,
    }
    made = client.http.put(path, json=fields).raise_for_status().json()
    return Channel(client=client, assistant=assistant, path=path, webhook=made["webhook_path"])


@pytest.fixture
def rows(stack: Stack) -> Iterator[Callable[[str], list[Any]]]:
    """Asks assistants' database."""
    engine = sync_engine(stack.environment["PARLANCE_ASSISTANTS_DATABASE_URL"], pool_size=1)

    def ask(statement: str) -> list[Any]:
        with engine.connect() as connection:
            return list(connection.exec_driver_sql(statement).all())

    yield ask
    engine.dispose()


def wait_until(reached: Callable[[], Any], *, within_s: float = 20) -> None:
    """Raises AssertionError when it takes longer."""
    deadline = time.monotonic() + within_s
    while not reached():
        assert time.monotonic() < deadline, "not reached in time"
        time.sleep(0.05)
