"""Endpoints 24 and 25, and what is around them, at the gateway's door."""

from typing import Any

import httpx
import pytest

from contracts.rpc.evaluation import StartRun
from tests.unit.gateway.conftest import Behind, json_of
from tests.unit.gateway.fakes import MINE
from tests.unit.gateway.runs import RUN_ID

START = "/api/analytics/assistant/start-test-suite/"
RESULTS = f"/api/analytics/assistant/test-suite-results/{RUN_ID}"
CASE = {"question": "When was it built?", "ideal_answer": "In 1890."}
FOREIGN = "99999999-9999-4999-8999-999999999999"


def started(behind: Behind) -> StartRun:
    (request,) = [each for each in behind.evaluation.asked if isinstance(each, StartRun)]
    return request


@pytest.mark.parametrize("suite", [[CASE], {"id": 1, "mode": "quick", "test_cases": [CASE]}])
async def test_a_suite_and_a_list_of_cases_are_run(
    me: httpx.AsyncClient, behind: Behind, suite: Any
) -> None:
    config = {"agentName": "Ada", "temperature": 0.1, "knowledge_base": str(MINE), "id": 7}

    body = {"model_uuid": str(MINE), "test_suite": suite, "config": config}
    answer = await me.post(START, json=body)

    assert json_of(answer, 200) == {"run_id": str(RUN_ID)}
    request = started(behind)
    assert [each.question for each in request.test_cases] == ["When was it built?"]
    assert request.config.changes() == {"agent_name": "Ada", "temperature": 0.1}
    assert request.knowledge_base == MINE
    assert request.mode == (suite["mode"] if isinstance(suite, dict) else None)


@pytest.mark.parametrize(
    ("config", "asks_none"),
    [
        ({"knowledge_base": None}, True),
        ({"knowledgeBase": None}, True),
        ({"knowledge_base": ""}, False),
        ({"knowledgeBase": ""}, False),
        ({}, False),
    ],
)
async def test_a_run_without_a_knowledge_base_is_asked_for_by_null(
    me: httpx.AsyncClient, behind: Behind, config: Any, asks_none: bool
) -> None:
    await me.post(START, json={"model_uuid": str(MINE), "test_suite": [CASE], "config": config})
    request = started(behind)
    assert (request.knowledge_base, request.without_knowledge_base) == (None, asks_none)
    assert not request.config.changes()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"model_uuid": None}, "model_uuid"),
        ({"model_uuid": FOREIGN}, "model_uuid"),
        ({"test_suite": []}, "test_suite"),
        ({"test_suite": "quick"}, "test_suite"),
        ({"test_suite": [{"question": " "}]}, "test_suite"),
        ({"config": {"temperature": 7}}, "config"),
    ],
)
async def test_what_is_wrong_is_told_on_its_field(
    me: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    body = {"model_uuid": str(MINE), "test_suite": [CASE], **changes}

    answer = await me.post(START, json=body)

    assert set(json_of(answer, 400)) == {field}


async def test_results_are_one_object(me: httpx.AsyncClient) -> None:
    told = json_of(await me.get(f"{RESULTS}/"), 200)

    assert told["run_id"] == str(RUN_ID)
    assert told["status"] == "finished"
    assert told["finished"] is True
    assert [each["idx"] for each in told["results"]] == [0, 1, 2]
    assert told["summary"]["errors"] == 1
    assert told["snapshot"]["knowledge_base_version"] == "v7"


async def test_a_foreign_run_is_not_found(me: httpx.AsyncClient) -> None:
    other = f"/api/analytics/assistant/test-suite-results/{FOREIGN}"
    for method, path in (("GET", "/"), ("POST", "/cancel/"), ("GET", f"/compare/{RUN_ID}/")):
        assert json_of(await me.request(method, f"{other}{path}"), 404) == {"detail": "Not found."}
