"""All searches share one client: what one of them meets must not end the others."""

import asyncio
from typing import Any
from uuid import uuid4

import grpc
import pytest
from pymilvus.exceptions import MilvusException

from contracts.errors import Unavailable
from services.knowledge.adapters import passage_index
from services.knowledge.adapters.passage_index import MilvusPassageIndex
from services.knowledge.domain.index_settings import VectorSpace

SPACE = VectorSpace(model="m", dimension=2)
LOST = MilvusException(grpc.StatusCode.UNAVAILABLE, "Retry timeout: 10s")  # type: ignore[arg-type]
CLOSED = MilvusException(message="Unexpected error, message=<Channel is closed.>")
SILENT = MilvusException(message="[search] Retry timeout: 10s")
REFUSED = MilvusException(code=100, message="collection not found")


class Client:
    """Answers each search with the next of `answers`: hits, or an error that it raises."""

    def __init__(self, answers: list[Any]) -> None:
        self.answers, self.is_closed = answers, False

    async def search(self, *_: Any, **__: Any) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return [[]]

    async def close(self) -> None:
        self.is_closed = True


def clients_after(monkeypatch: pytest.MonkeyPatch, answers: list[Any]) -> list[Client]:
    made: list[Client] = []

    def make(**_: Any) -> Client:
        made.append(Client(answers))
        return made[-1]

    monkeypatch.setattr(passage_index, "AsyncMilvusClient", make)
    index = MilvusPassageIndex(
        url="", token="", layout="partition_key", index="FLAT", analyse=str, timeout_s=1
    )

    async def ask() -> None:
        while answers:
            fails = isinstance(answers[0], BaseException)
            try:
                await index.dense(uuid4(), SPACE, b"\0" * 8, without=[], limit=1)
                assert not fails
            except Unavailable:
                assert fails

    asyncio.run(ask())
    return made


@pytest.mark.parametrize("error", [REFUSED, SILENT, TimeoutError()])
def test_a_search_that_fails_leaves_the_connection_to_the_others(monkeypatch, error) -> None:
    (client,) = clients_after(monkeypatch, [error, "hits", error, error, "hits"])
    assert not client.is_closed


@pytest.mark.parametrize("error", [LOST, CLOSED, ConnectionError(), ValueError("closed channel")])
def test_a_lost_connection_is_made_anew(monkeypatch, error) -> None:
    first, second = clients_after(monkeypatch, [error, "hits"])
    assert (first.is_closed, second.is_closed) == (True, False)


def test_a_connection_that_stays_silent_is_given_up(monkeypatch) -> None:
    first, second = clients_after(monkeypatch, [SILENT, TimeoutError(), SILENT, "hits"])
    assert (first.is_closed, second.is_closed) == (True, False)


def test_refusals_are_answers(monkeypatch) -> None:
    (client,) = clients_after(monkeypatch, [REFUSED] * 10)
    assert not client.is_closed
