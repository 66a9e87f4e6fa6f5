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
        await asyncio.sleep(0)
        if isinstance(answer, BaseException):
            raise answer
        return [[]]

    async def close(self) -> None:
        self.is_closed = True


def index_with(
    monkeypatch: pytest.MonkeyPatch, answers: list[Any]
) -> tuple[MilvusPassageIndex, list[Client]]:
    made: list[Client] = []

    def make(**_: Any) -> Client:
        made.append(Client(answers))
        return made[-1]

    monkeypatch.setattr(passage_index, "AsyncMilvusClient", make)
    index = MilvusPassageIndex(
        url="", token="", layout="partition_key", index="FLAT", analyse=str, timeout_s=1
    )
    return index, made


def clients_after(monkeypatch: pytest.MonkeyPatch, searches: list[Any]) -> list[Client]:
    """Each search meets one answer, or those of a tuple."""
    answers: list[Any] = []
    index, made = index_with(monkeypatch, answers)

    async def ask() -> None:
        for met in searches:
            answers[:] = met if isinstance(met, tuple) else (met,)
            fails = isinstance(answers[-1], BaseException)
            try:
                await index.dense(uuid4(), SPACE, b"\0" * 8, without=[], limit=1)
                assert not fails
            except Unavailable:
                assert fails
            assert not answers

    asyncio.run(ask())
    return made


@pytest.mark.parametrize("error", [REFUSED, SILENT, TimeoutError()])
def test_a_search_that_fails_leaves_the_connection_to_the_others(monkeypatch, error) -> None:
    (client,) = clients_after(monkeypatch, [error, "hits", error, error, "hits"])
    assert not client.is_closed


CONNECTION_ERRORS = [LOST, CLOSED, ConnectionError(), ValueError("closed channel")]


@pytest.mark.parametrize("error", CONNECTION_ERRORS)
def test_a_connection_that_cannot_be_made_is_tried_again_at_the_next_search(
    monkeypatch, error
) -> None:
    first, second = clients_after(monkeypatch, [error, "hits"])
    assert (first.is_closed, second.is_closed) == (True, False)


@pytest.mark.parametrize("error", CONNECTION_ERRORS)
def test_a_lost_connection_is_made_anew_within_the_same_search(monkeypatch, error) -> None:
    first, second = clients_after(monkeypatch, ["hits", (error, "hits"), "hits"])
    assert (first.is_closed, second.is_closed) == (True, False)


def test_a_search_tries_a_lost_connection_anew_once(monkeypatch) -> None:
    first, second, third = clients_after(monkeypatch, ["hits", (LOST, LOST), "hits"])
    assert (first.is_closed, second.is_closed, third.is_closed) == (True, True, False)


def test_searches_that_lose_their_connection_together_share_the_new_one(monkeypatch) -> None:
    answers: list[Any] = ["hits"]
    index, made = index_with(monkeypatch, answers)

    async def ask() -> None:
        await index.dense(uuid4(), SPACE, b"\0" * 8, without=[], limit=1)
        answers.extend([LOST, LOST, "hits", "hits"])
        await asyncio.gather(
            *(index.dense(uuid4(), SPACE, b"\0" * 8, without=[], limit=1) for _ in range(2))
        )

    asyncio.run(ask())
    assert [client.is_closed for client in made] == [True, False]


def test_a_connection_that_stays_silent_is_given_up(monkeypatch) -> None:
    first, second = clients_after(monkeypatch, [SILENT, TimeoutError(), SILENT, "hits"])
    assert (first.is_closed, second.is_closed) == (True, False)


def test_refusals_are_answers(monkeypatch) -> None:
    (client,) = clients_after(monkeypatch, [REFUSED] * 10)
    assert not client.is_closed
