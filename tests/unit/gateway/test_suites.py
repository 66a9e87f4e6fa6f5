"""Endpoints 19 to 22 at the gateway's door."""

import pytest

from tests.unit.gateway.conftest import json_of
from tests.unit.gateway.fakes import FOREIGN, MINE

BASE = "/api/analytics/assistant"
SUITE, GENERATE = f"{BASE}/test-suite/", f"{BASE}/generate-test-suite/"
UPDATE, DELETE = f"{BASE}/update-test-suite/", f"{BASE}/delete-test-suite/"
QUICK = {"assistant_uuid": str(MINE), "mode": "quick"}
CASE = {"question": "When was it built?", "ideal_answer": "In 1890."}


async def test_a_suite_is_shown_and_none_is_an_empty_one(me) -> None:
    suite = json_of(await me.get(SUITE, params=QUICK), 200)
    assert set(suite) >= {"id", "assistant_uuid", "mode", "test_cases", "created_at", "updated_at"}
    none = json_of(await me.get(SUITE, params={**QUICK, "mode": "normal"}), 200)
    assert none == {"test_cases": []}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"mode": "quick"}, "assistant_uuid"),
        ({"assistant_uuid": str(MINE)}, "mode"),
        ({**QUICK, "mode": "endless"}, "mode"),
        ({**QUICK, "assistant_uuid": "x"}, "assistant_uuid"),
    ],
)
async def test_wrong_choices_are_told_by_field(me, query, field) -> None:
    assert set(json_of(await me.get(SUITE, params=query), 400)) == {field}
    assert set(json_of(await me.post(GENERATE, json=query), 400)) == {field}
    assert set(json_of(await me.request("DELETE", DELETE, json=query), 400)) == {field}


async def test_a_foreign_assistant_is_a_missing_one(me) -> None:
    foreign = {**QUICK, "assistant_uuid": str(FOREIGN)}
    json_of(await me.get(SUITE, params=foreign), 404)
    json_of(await me.request("DELETE", DELETE, json=foreign), 404)
    told = json_of(await me.post(GENERATE, json=foreign), 400)
    assert told == {"assistant_uuid": ["Object does not exist."]}


async def test_a_suite_is_generated_as_it_was_asked_for(me, behind) -> None:
    json_of(await me.post(GENERATE, json={**QUICK, "use_ai": True, "seed": 5}), 200)
    json_of(await me.post(GENERATE, json=QUICK), 200)
    first, second = behind.evaluation.asked
    assert (first.use_ai, first.seed) == (True, 5)
    assert (second.use_ai, second.seed) == (False, 0)
    assert set(json_of(await me.post(GENERATE, json={**QUICK, "seed": -1}), 400)) == {"seed"}


async def test_a_suite_may_be_deleted_by_body_or_by_query(me) -> None:
    for chosen in ({"json": QUICK}, {"params": QUICK}, {"params": {**QUICK, "mode": "normal"}}):
        answer = await me.request("DELETE", DELETE, **chosen)
        assert (answer.status_code, answer.content) == (204, b"")


async def test_cases_are_replaced_as_they_were_written(me, behind) -> None:
    cases = [
        {**CASE, "source": "handbook.pdf", "assertions": [{"type": "contains", "value": "1890"}]}
    ]
    suite = json_of(await me.put(UPDATE, json={"test_suite_id": 1, "test_cases": cases}), 200)
    (kept,) = suite["test_cases"]
    assert kept["source"][0]["document_name"] == "handbook.pdf"
    assert kept["assertions"][0]["weight"] == 1
    gone = await me.put(UPDATE, json={"test_suite_id": 2, "test_cases": []})
    assert json_of(gone, 400) == {"test_suite_id": ["Object does not exist."]}


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ({}, "Case 2, question: This field is required."),
        ({"question": " "}, "Case 2, question: This field may not be blank."),
        ("text", "Case 2: Expected a dictionary of items."),
        (
            {**CASE, "assertions": [{"type": "contains"}, {"type": "hope"}]},
            'Case 2, assertions 2, type: "hope" is not a valid choice.',
        ),
        ({**CASE, "question": "\u0000?"}, "Case 2, question: Null characters are not allowed."),
        (
            {**CASE, "assertions": [{"type": "json_schema", "value": {"a": ["\u0000"]}}]},
            "Case 2, assertions 1, value: Null characters are not allowed.",
        ),
    ],
)
async def test_a_wrong_case_is_told_by_its_number(me, behind, case, told) -> None:
    refused = await me.put(UPDATE, json={"test_suite_id": 1, "test_cases": [CASE, case]})
    assert json_of(refused, 400) == {"test_cases": [told]}
    assert behind.evaluation.asked == []
