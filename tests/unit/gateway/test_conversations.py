"""Stored conversations and feedback over HTTP."""

import httpx
import pytest

from tests.unit.gateway.conftest import Behind, json_of
from tests.unit.gateway.fakes import FOREIGN, MINE, MY_ID

ALL = "/api/analytics/conversations/"


async def test_they_are_listed_read_and_deleted(me: httpx.AsyncClient, behind: Behind) -> None:
    (listed,) = json_of(await me.get(ALL, params={"assistant_uuid": str(MINE)}), 200)
    assert (listed["title"], listed["messages"]) == ("How long?", 2)
    read = json_of(await me.get(f"{ALL}{MINE}/"), 200)
    assert read["turns"][0]["content"] == "How long?"
    assert (await me.delete(f"{ALL}{MINE}/")).status_code == 204
    assert {each.user_id for each in behind.conversations.asked} == {MY_ID}


async def test_foreign_ones_are_not_there(me: httpx.AsyncClient) -> None:
    for answer in (
        await me.get(f"{ALL}{FOREIGN}/"),
        await me.delete(f"{ALL}{FOREIGN}/"),
        await me.post(f"{ALL}{FOREIGN}/feedback/", json={"message_id": 2, "rating": "up"}),
        await me.get(ALL, params={"assistant_uuid": str(FOREIGN)}),
        await me.get(f"/api/analytics/assistant/{FOREIGN}/feedback/"),
    ):
        assert json_of(answer, 404) == {"detail": "Not found."}


async def test_an_answer_is_rated_and_the_rating_taken_back(me: httpx.AsyncClient) -> None:
    for rating in ("up", "down", None):
        body = {"message_id": 2, "rating": rating, "text": "so"}
        told = json_of(await me.post(f"{ALL}{MINE}/feedback/", json=body), 200)
        assert told["rating"] == rating


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"message_id": 2}, {"rating": ["This field is required."]}),
        ({"message_id": 9, "rating": "up"}, {"message_id": ["Object does not exist."]}),
        ({"message_id": 2, "rating": "so-so"}, {"rating": ['"so-so" is not a valid choice.']}),
    ],
)
async def test_wrong_feedback_is_refused(
    me: httpx.AsyncClient, body: dict[str, object], expected: dict[str, list[str]]
) -> None:
    assert json_of(await me.post(f"{ALL}{MINE}/feedback/", json=body), 400) == expected


async def test_rated_answers_are_picked_by_rating(me: httpx.AsyncClient, behind: Behind) -> None:
    url = f"/api/analytics/assistant/{MINE}/feedback/"
    assert json_of(await me.get(url, params={"rating": "down"}), 200) == []
    assert behind.conversations.asked[-1].rating == "down"
    assert (await me.get(url, params={"rating": "sideways"})).status_code == 400
