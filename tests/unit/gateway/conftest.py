"""The gateway over fakes, asked through ASGI in this process."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from services.gateway.domain.limits import Limits
from services.gateway.domain.places import Places
from services.gateway.entrypoints.http.app import Gateway, make_app
from services.gateway.usecases.authenticate import Authenticate
from services.gateway.usecases.upload_document import UploadDocument
from services.gateway.wiring import Application
from tests.unit.gateway.fakes import (
    FakeAssistants,
    FakeAuth,
    FakeChat,
    FakeConversations,
    FakeEvaluation,
    FakeKnowledge,
    FakeStore,
    FakeTokens,
    FakeToolCalls,
    FakeUserTools,
    FakeWhatsApp,
    FakeWholeAnswers,
)

ORIGIN = "http://localhost:5173"
LIMITS = Limits(
    json_bytes=100_000,
    upload_bytes=200_000,
    messages=3,
    message_characters=50,
    json_s=0.3,
    upload_s=0.5,
)


@dataclass
class Behind:
    """The services, as the tests see them."""

    auth: FakeAuth = field(default_factory=FakeAuth)
    assistants: FakeAssistants = field(default_factory=FakeAssistants)
    knowledge: FakeKnowledge = field(default_factory=FakeKnowledge)
    evaluation: FakeEvaluation = field(default_factory=FakeEvaluation)
    chat: FakeChat = field(default_factory=FakeChat)
    whole_answers: FakeWholeAnswers = field(default_factory=FakeWholeAnswers)
    conversations: FakeConversations = field(default_factory=FakeConversations)
    user_tools: FakeUserTools = field(default_factory=FakeUserTools)
    tool_calls: FakeToolCalls = field(default_factory=FakeToolCalls)
    whatsapp: FakeWhatsApp = field(default_factory=FakeWhatsApp)
    store: FakeStore = field(default_factory=FakeStore)
    parts: dict[str, bool] = field(default_factory=lambda: {"message broker": True, "chat": True})


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def app(behind: Behind) -> Gateway:
    application = Application(
        auth=behind.auth,
        assistants=behind.assistants,
        knowledge=behind.knowledge,
        evaluation=behind.evaluation,
        chat=behind.chat,
        whole_answers=behind.whole_answers,
        conversations=behind.conversations,
        user_tools=behind.user_tools,
        tool_calls=behind.tool_calls,
        whatsapp=behind.whatsapp,
        authenticate=Authenticate(access_tokens=FakeTokens()),
        upload_document=UploadDocument(knowledge=behind.knowledge, store=behind.store),
        limits=LIMITS,
        upload_places=Places(2, what="Uploading"),
        parts=lambda: behind.parts,
    )
    return make_app(application, origins=[ORIGIN])


def client_of(app: Gateway, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://gateway", headers=headers
    )


@pytest.fixture
async def anyone(app: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a token."""
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def me(app: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a good token."""
    async with client_of(app, Authorization="Bearer good") as client:
        yield client


def json_of(response: httpx.Response, status: int) -> Any:
    assert response.status_code == status, response.text
    return response.json()
