"""A run as a file over HTTP."""

import csv
import io
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from contracts.rpc import evaluation
from services.gateway.adapters.rpc.evaluation import EvaluationRpc
from tests.unit.gateway.conftest import Behind, json_of
from tests.unit.gateway.fakes import FOREIGN, bodies
from tests.unit.gateway.runs import RUN_ID, case, run_of

PATH = f"/api/analytics/assistant/test-suite-results/{RUN_ID}/export/"


@pytest.mark.parametrize(
    ("query", "kind", "ending"),
    [
        ({}, "application/json", "json"),
        ({"format": "json"}, "application/json", "json"),
        ({"format": "csv"}, "text/csv; charset=utf-8", "csv"),
        ({"format": "junit"}, "application/xml", "xml"),
    ],
)
async def test_a_run_is_a_file_of_the_kind_asked_for(
    me: httpx.AsyncClient, behind: Behind, query: dict[str, str], kind: str, ending: str
) -> None:
    response = await me.get(PATH, params=query)

    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == kind
    assert (
        response.headers["Content-Disposition"]
        == f'attachment; filename="test_run_{RUN_ID}.{ending}"'
    )
    assert bodies(behind.evaluation) == [{"user_id": 7, "run_id": str(RUN_ID), "after": None}]


async def test_each_file_has_all_cases(me: httpx.AsyncClient) -> None:
    whole = json_of(await me.get(PATH), 200)
    assert set(whole) == {"run", "snapshot", "results"}
    assert whole["snapshot"]["final_prompt"] == "You are Robin."
    table = (await me.get(PATH, params={"format": "csv"})).text
    verdicts = [row["verification"] for row in csv.DictReader(io.StringIO(table, newline=""))]
    suites = ET.fromstring((await me.get(PATH, params={"format": "junit"})).content)
    assert verdicts == [each["verification"] for each in whole["results"]]
    assert suites.get("tests") == str(len(verdicts)) == "3"


async def test_another_format_and_a_foreign_run_are_refused(me: httpx.AsyncClient) -> None:
    refused = json_of(await me.get(PATH, params={"format": "xlsx"}), 400)
    assert refused == {"format": ['"xlsx" is not a valid choice.']}
    for run_id in (FOREIGN, "not-a-uuid"):
        path = PATH.replace(str(RUN_ID), str(run_id))
        assert json_of(await me.get(path), 404) == {"detail": "Not found."}


class _Pages:
    """An evaluation service that tells results page by page."""

    def __init__(self, *pages: evaluation.RunResults) -> None:
        self._pages = list(pages)
        self.asked: list[Any] = []

    async def call(self, service: str, method: str, request: Any, *_: Any, **__: Any) -> Any:
        self.asked.append((service, method, request.after))
        return self._pages.pop(0)


def _page(*idxs: int, done: int, next_: int | None = None) -> evaluation.RunResults:
    told = run_of(*(case(idx) for idx in range(done)))
    summary = told.run.summary.model_copy(update={"total": 9, "pending": 9 - done})
    run = {"summary": summary, "configuration_changed": False if 0 in idxs else None}
    return told.model_copy(
        update={
            "run": told.run.model_copy(update=run),
            "results": [result for result in told.results if result.idx in idxs],
            "snapshot": told.snapshot if 0 in idxs else None,
            "next": next_,
        }
    )


async def test_results_come_in_one_piece_with_totals_that_are_theirs() -> None:
    moved_on = [_page(0, 1, done=3, next_=1), _page(2, 3, done=5)]
    pages = _Pages(*moved_on, _page(0, 1, done=5, next_=1), _page(2, 3, 4, done=5))
    request = evaluation.GetResults(user_id=7, run_id=str(RUN_ID))
    read = await EvaluationRpc(pages).get_results(request)  # type: ignore[arg-type]

    assert [result.idx for result in read.results] == [0, 1, 2, 3, 4]
    assert (read.run.summary.pending, read.next) == (4, None)
    assert read.snapshot
    assert read.run.configuration_changed is False
    assert [after for _, _, after in pages.asked] == [None, 1, None, 1]
