"""Endpoints 24 and 25, and more: test runs are started, read, listed, stopped and compared."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from contracts.rpc.assistants.configurations import AssistantFields
from contracts.rpc.evaluation import (
    CompareRuns,
    Comparison,
    GetResults,
    ListRuns,
    Run,
    RunOf,
    StartRun,
)
from services.gateway.entrypoints.http.body import BodyOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.routing import private_router
from services.gateway.entrypoints.http.run_bodies import NewRun, Started, ToldResults, ToldRuns

router = private_router("test runs")
BASE = "/api/analytics/assistant"
RESULTS = f"{BASE}/test-suite-results/{{run_id}}"
NEW_RUN = BodyOf(
    NewRun,
    counted={"test_cases": "Case"},
    example={
        "model_uuid": "0b6f2f6e-6d5a-4b6e-9d4e-0d3a8f9f7f10",
        "config": {"temperature": 0.2},
        "test_suite": {
            "test_cases": [{"question": "When was the harbour built?", "ideal_answer": "In 1890."}]
        },
    },
)


@router.post(f"{BASE}/start-test-suite/", summary="Start a test run", responses={409: {}})
async def start_test_suite(
    app: App, user_id: Caller, body: Annotated[NewRun, Depends(NEW_RUN)]
) -> Started:
    """It answers at once; the cases run in the background, several at a time.

    What the run is made with (configuration, prompt, model, version of the knowledge base, cases)
    is kept as it is now. `config` overrides the saved configuration, for this run only; its
    `knowledge_base` asks another one, `null` none at all.
    """
    changes = body.config.changes()
    asks_none = "knowledge_base" in changes and changes["knowledge_base"] is None
    knowledge_base = changes.pop("knowledge_base", None)
    request = StartRun(
        user_id=user_id,
        assistant_uuid=body.model_uuid,
        test_cases=body.test_suite.test_cases,
        config=AssistantFields(**changes),
        knowledge_base=knowledge_base,
        without_knowledge_base=asks_none,
        mode=body.test_suite.mode,
    )
    with referring(assistant="model_uuid", knowledge_base="config"):
        started = await app.evaluation.start_run(request)
    return Started(run_id=started.run_id)


@router.get(f"{RESULTS}/", summary="Get the results of a test run")
async def get_test_suite_results(app: App, user_id: Caller, run_id: str) -> ToldResults:
    """The results so far, by `idx`. `error` is no verdict on the assistant: its case has no score."""
    read = await app.evaluation.get_results(GetResults(user_id=user_id, run_id=run_id))
    return ToldResults.of(read)


@router.get(f"{RESULTS}/compare/{{other}}/", summary="Compare two test runs")
async def compare_test_runs(app: App, user_id: Caller, run_id: str, other: str) -> Comparison:
    """What got better and worse in `other`, what flipped, and whether that is more than noise.

    Cases are the same where their question is. Pass rates are compared by McNemar's exact test,
    means by permutation; `is_significant` says p < 0.05.
    """
    request = CompareRuns(user_id=user_id, run_id=run_id, other=other)
    return await app.evaluation.compare_runs(request)


@router.post(f"{RESULTS}/cancel/", summary="Stop a test run")
async def cancel_test_run(app: App, user_id: Caller, run_id: str) -> Run:
    """Verdicts that there are stay. A run that has ended stays as it is."""
    return await app.evaluation.cancel_run(RunOf(user_id=user_id, run_id=run_id))


@router.get(f"{BASE}/{{assistant_id:uuid}}/test-suite-runs/", summary="List the test runs")
async def list_test_runs(app: App, user_id: Caller, assistant_id: UUID) -> ToldRuns:
    """Of an assistant, newest first, with their totals, and whether its configuration has changed since."""
    request = ListRuns(user_id=user_id, assistant_uuid=assistant_id)
    return ToldRuns(runs=(await app.evaluation.list_runs(request)).runs)
