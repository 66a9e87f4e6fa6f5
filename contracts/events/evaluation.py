"""Facts that evaluation announces on the exchange `evaluation.events`."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.events.envelope import Event


class TestRunStarted(Event):
    """A run exists, and its cases wait for their turn. total: how many, > 0."""

    __test__ = False  # pytest takes every class called Test... for one
    TYPE: ClassVar[str] = "evaluation.test_run_started.v1"

    user_id: int
    assistant_uuid: UUID
    run_id: UUID
    total: int


class TestCaseFinished(Event):
    """A case has its verdict, which never changes. Once per case; `idx` counts from 0.

    score: 0 to 1, None for an error, which is no verdict on the assistant. reason: for people.
    """

    __test__ = False
    TYPE: ClassVar[str] = "evaluation.test_case_finished.v1"

    user_id: int
    assistant_uuid: UUID
    run_id: UUID
    idx: int
    verification: Literal["pass", "fail", "error"]
    score: float | None
    reason: str
    latency_ms: float | None


class TestRunFinished(Event):
    """A run has ended: every case has its verdict (`finished`), or it was stopped (`cancelled`).

    score: mean over cases with a verdict, 0 to 1, with its 95 % interval; None where there is none.
    """

    __test__ = False
    TYPE: ClassVar[str] = "evaluation.test_run_finished.v1"

    user_id: int
    assistant_uuid: UUID
    run_id: UUID
    status: Literal["finished", "cancelled"]
    total: int
    passed: int
    failed: int
    errors: int
    score: float | None
    score_low: float | None
    score_high: float | None
