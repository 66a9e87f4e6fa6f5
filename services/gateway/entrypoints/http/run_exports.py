"""A test run as a file: for programs (JSON), spreadsheets (CSV) and CI servers (JUnit XML)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Response

from contracts.rpc.evaluation import CaseResult, GetResults, Run, RunResults, Snapshot
from contracts.shapes import Shape
from services.gateway.domain.attachment import content_disposition
from services.gateway.domain.run_as_csv import run_as_csv
from services.gateway.domain.run_as_junit import run_as_junit
from services.gateway.entrypoints.http.body import JSON, QueryOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.routing import private_router

router = private_router("test runs")
Format = Literal["json", "csv", "junit"]


class ExportedRun(Shape):
    """The JSON file: the run, what it was made with, and its results so far."""

    run: Run
    snapshot: Snapshot | None
    results: list[CaseResult]


class ExportChoice(Shape):
    """The kind of file."""

    format: Format = "json"


@dataclass(frozen=True, slots=True)
class _Kind:
    media_type: str
    ending: str
    written: Callable[[RunResults], str]


def _as_json(run: RunResults) -> str:
    file = ExportedRun(run=run.run, snapshot=run.snapshot, results=run.results)
    return file.model_dump_json(indent=2)


KINDS: dict[Format, _Kind] = {
    "json": _Kind(JSON, ".json", _as_json),
    "csv": _Kind("text/csv", ".csv", run_as_csv),
    "junit": _Kind("application/xml", ".xml", run_as_junit),
}
FILE: dict[str, Any] = {
    "description": "The file",
    "headers": {"Content-Disposition": {"schema": {"type": "string"}}},
    "content": {
        "text/csv": {"example": "idx,category,question,expected,agent,verification\r\n"},
        "application/xml": {"example": '<testsuites name="parlance" tests="8" failures="1" />'},
    },
}


@router.get(
    "/api/analytics/assistant/test-suite-results/{run_id}/export/",
    summary="Export a test run as a file",
    response_model=ExportedRun,
    responses={200: FILE},
)
async def export_test_run(
    app: App,
    user_id: Caller,
    run_id: str,
    query: Annotated[ExportChoice, Depends(QueryOf(ExportChoice))],
) -> Response:
    """`json`: everything, with the snapshot of what it ran with. `csv`: a line per case; a cell that a
    spreadsheet would run as a formula begins with an apostrophe. `junit`: fails are failures, cases
    that could not be judged are errors. Before the run's end, the results so far.
    """
    run = await app.evaluation.get_results(GetResults(user_id=user_id, run_id=run_id))
    kind = KINDS[query.format]
    name = content_disposition(before="test_run_", name=str(run.run.run_id), after=kind.ending)
    return Response(
        kind.written(run), media_type=kind.media_type, headers={"Content-Disposition": name}
    )
