"""Lists that the services answer in pages arrive in one piece."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import Unavailable
from contracts.rpc.assistants.configurations import (
    AssistantSummaries,
    AssistantSummary,
    ListConfigurations,
)
from contracts.rpc.knowledge import Documents, ListDocuments
from services.gateway.adapters.rpc.assistants import AssistantsRpc
from services.gateway.adapters.rpc.knowledge import KnowledgeRpc
from tests.unit.gateway.fakes import MINE, NOW, a_document

WHICH = ListDocuments(user_id=1, knowledge_base=str(MINE), kind="excel")


class Pages:
    """An RpcClient that answers `after` with a page; asked is what came with it."""

    def __init__(self, pages: dict[int | None, Any], *, takes_s: float = 0) -> None:
        self.pages = pages
        self.takes_s = takes_s
        self.asked: list[Any] = []

    async def call(self, _service: str, _method: str, request: Any, _answer: Any, **_: Any) -> Any:
        self.asked.append(request)
        await asyncio.sleep(self.takes_s)
        return self.pages[request.after]


def documents(*ids: int, then: int | None) -> Documents:
    return Documents(
        documents=[a_document().model_copy(update={"id": each}) for each in ids], next=then
    )


async def test_every_page_is_asked_for_with_the_same_question() -> None:
    client = Pages(
        {None: documents(1, 2, then=2), 2: documents(3, then=3), 3: documents(then=None)}
    )
    listed = await KnowledgeRpc(client).list_documents(WHICH)  # type: ignore[arg-type]
    assert [each.id for each in listed.documents] == [1, 2, 3]
    assert client.asked == [WHICH.model_copy(update={"after": after}) for after in (None, 2, 3)]


async def test_assistants_of_all_pages_are_sorted_by_their_last_change() -> None:
    def summary(number: int, *, hours: int) -> AssistantSummary:
        return AssistantSummary(
            assistant_name=str(number),
            assistant_uuid=UUID(int=number),
            updated_at=NOW + timedelta(hours=hours),
            archived_at=None,
        )

    client = Pages(
        {
            None: AssistantSummaries(assistants=[summary(4, hours=1), summary(3, hours=0)], next=3),
            3: AssistantSummaries(assistants=[summary(1, hours=9), summary(2, hours=0)]),
        }
    )
    listed = await AssistantsRpc(client).list_configurations(  # type: ignore[arg-type]
        ListConfigurations(user_id=1)
    )
    assert [each.assistant_name for each in listed.assistants] == ["1", "4", "3", "2"]


async def test_all_pages_together_have_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KnowledgeRpc, "LIST_TIMEOUT_S", 0.05)
    endless = Pages({None: documents(1, then=1), 1: documents(2, then=1)}, takes_s=0.01)
    with pytest.raises(Unavailable):
        await KnowledgeRpc(endless).list_documents(WHICH)  # type: ignore[arg-type]
    assert len(endless.asked) > 1
