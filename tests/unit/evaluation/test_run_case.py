"""A case that a worker has: what becomes of it whatever happens."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import Unavailable
from contracts.rpc.evaluation import CaseResult, Snapshot, TestCase
from services.evaluation.domain.asked import Asked, Undecided
from services.evaluation.domain.likeness import Vectors
from services.evaluation.domain.run import Claim
from services.evaluation.usecases.run_case import MOST_LOST_WORKERS, RunCase

RUN = UUID(int=1)
SNAPSHOT = Snapshot.model_construct(configuration={}, knowledge_base=None)


class Desk:
    """One case, and what was said of it."""

    def __init__(self, **claim: Any) -> None:
        usual: dict[str, Any] = {
            "case_id": 1,
            "run_id": RUN,
            "user_id": 1,
            "idx": 0,
            "case": TestCase(question="When?"),
            "snapshot": SNAPSHOT,
            "tried_for_s": 0.0,
        }
        self.the_claim = Claim(**{**usual, **claim})
        self.finished: list[CaseResult] = []
        self.given_back = 0

    def claim(self, case_id: int) -> Claim:
        return self.the_claim

    def give_back(self, case_id: int) -> None:
        self.given_back += 1

    def finish(self, claim: Claim, result: CaseResult) -> None:
        self.finished.append(result)

    @contextmanager
    def kept(self, case_id: int) -> Iterator[None]:
        yield


class Assistant:
    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome
        self.asked = 0

    def ask(self, **_: Any) -> Asked | Undecided:
        self.asked += 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome  # type: ignore[no-any-return]


class NoVectors:
    def vectors(self, texts: Sequence[str]) -> Vectors | Undecided:
        return Undecided("The embedding model did not answer.")


def run(desk: Desk, outcome: Any) -> Assistant:
    assistant = Assistant(outcome)
    unused: Any = None
    RunCase(
        desk=desk,
        leases=desk,
        assistant=assistant,
        retrieval=unused,
        embedder=NoVectors(),
        judge=unused,
        patience_s=300,
        now=lambda: datetime(2026, 1, 2, tzinfo=UTC),
    )(1)
    return assistant


def test_what_is_away_is_waited_for() -> None:
    desk = Desk(tried_for_s=299.0)
    with pytest.raises(Unavailable):
        run(desk, Unavailable.of("Chat"))
    assert (desk.finished, desk.given_back) == ([], 1)


def test_but_not_for_ever() -> None:
    desk = Desk(tried_for_s=300.0)
    run(desk, Unavailable.of("Chat"))
    (result,) = desk.finished
    assert (result.verification, result.score) == ("error", None)
    assert result.verification_result == "Chat is temporarily unavailable."


def test_a_case_that_ends_its_workers_is_an_error_and_is_not_asked_again() -> None:
    desk = Desk(lost_workers=MOST_LOST_WORKERS)
    assistant = run(desk, Asked(text="Never said.", latency_ms=1.0))
    assert assistant.asked == 0
    assert desk.finished[0].verification == "error"


def test_a_bug_and_a_missing_vector_are_errors_with_a_reason() -> None:
    for outcome in (RuntimeError("a bug"), Asked(text="In 1890.", latency_ms=1.0)):
        desk = Desk()
        run(desk, outcome)
        (result,) = desk.finished
        assert result.verification == "error"
        assert result.verification_result
