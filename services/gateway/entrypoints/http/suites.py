"""Endpoints 19 to 22: the test suites of an assistant."""

from typing import Annotated

from fastapi import Depends, Response

from contracts.rpc.evaluation import GenerateSuite, SuiteOf, TestSuite, UpdateSuite
from services.gateway.entrypoints.http.body import BodyOf, QueryOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.routing import private_router
from services.gateway.entrypoints.http.suite_bodies import (
    NewCases,
    NoSuite,
    SuiteChoice,
    SuiteToGenerate,
)

router = private_router("test suites")
BASE = "/api/analytics/assistant"
_QUICK = {"assistant_uuid": "0b6f2f6e-6d5a-4b6e-9d4e-0d3a8f9f7f10", "mode": "quick"}
CASES = BodyOf(
    NewCases,
    counted={"test_cases": "Case"},
    example={
        "test_suite_id": 1,
        "test_cases": [
            {
                "question": "When was the harbour built?",
                "ideal_answer": "In 1890.",
                "assertions": [{"type": "contains", "value": "1890"}],
            }
        ],
    },
)
TO_GENERATE = BodyOf(SuiteToGenerate, example={**_QUICK, "use_ai": False})
WHICH = BodyOf(SuiteChoice, or_query=True, example=_QUICK)


@router.get(f"{BASE}/test-suite/", summary="Get the test suite of an assistant")
async def get_test_suite(
    app: App, user_id: Caller, query: Annotated[SuiteChoice, Depends(QueryOf(SuiteChoice))]
) -> TestSuite | NoSuite:
    """Of one mode; `{"test_cases": []}` where there is none yet."""
    which = SuiteOf(user_id=user_id, assistant_uuid=query.assistant_uuid, mode=query.mode)
    return (await app.evaluation.get_suite(which)).suite or NoSuite()


@router.post(f"{BASE}/generate-test-suite/", summary="Generate a test suite")
async def generate_test_suite(
    app: App, user_id: Caller, body: Annotated[SuiteToGenerate, Depends(TO_GENERATE)]
) -> TestSuite:
    """At most 8, 32 or 52 cases, in place of those of that mode: drawn from passages all over the knowledge
    base, each with the passage that answers it, and from the configuration's examples, goal and tools.

    Questions with one source and with two, some that no document answers, and some that hold an order. The
    same `seed` gives the same cases. With `use_ai` the assistant's model writes what it can, within a time;
    what its passage does not support is left out, and rules make the rest: see `generation.notes`.
    """
    request = GenerateSuite(user_id=user_id, **body.model_dump())
    with referring(assistant="assistant_uuid"):
        return await app.evaluation.generate_suite(request)


@router.put(f"{BASE}/update-test-suite/", summary="Replace the cases of a test suite")
async def update_test_suite(
    app: App, user_id: Caller, body: Annotated[NewCases, Depends(CASES)]
) -> TestSuite:
    """The whole list. What is wrong is told by case, counted from 1: `Case 3, question: ...`.

    A case without assertions is judged by its similarity to `ideal_answer`, and by whether the cited
    passages carry it. Patterns are RE2's; schemas are of draft 2020-12, without remote references.
    A suite may have 200 different patterns and 20 different schemas.
    """
    request = UpdateSuite(
        user_id=user_id, test_suite_id=body.test_suite_id, test_cases=body.test_cases
    )
    with referring(test_suite="test_suite_id"):
        return await app.evaluation.update_suite(request)


@router.delete(
    f"{BASE}/delete-test-suite/", status_code=204, summary="Delete the test suite of a mode"
)
async def delete_test_suite(
    app: App, user_id: Caller, body: Annotated[SuiteChoice, Depends(WHICH)]
) -> Response:
    """Also where there is none. Its runs stay. Members may be query parameters too."""
    which = SuiteOf(user_id=user_id, assistant_uuid=body.assistant_uuid, mode=body.mode)
    await app.evaluation.delete_suite(which)
    return Response(status_code=204)
