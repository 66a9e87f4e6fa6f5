"""Answers, results and vectors for tests of scores."""

from datetime import UTC, datetime
from typing import Any

from contracts.rpc.evaluation import Assertion, CaseResult, SourcePassage, TestCase, Verification
from services.evaluation.domain.asked import Asked
from services.evaluation.domain.assertions import Evidence
from services.evaluation.domain.likeness import Vector
from services.evaluation.domain.wording import words

HOURS = SourcePassage(
    document_id=7,
    document_name="harbour.md",
    chunk=2,
    text="The library opens at nine. On Sundays it is closed. Cards cost five euros a year.",
)
FEES = SourcePassage(
    document_id=7, document_name="harbour.md", chunk=3, text="Late returns cost 20 cents per day."
)
SHIPS = SourcePassage(
    document_id=8, document_name="ships.md", chunk=0, text="The ferry leaves every two hours."
)
DIMENSIONS = 512


def bag_of_words(text: str) -> Vector:
    """A stand-in for an embedding: texts with the same words point the same way."""
    vector = [0.0] * DIMENSIONS
    for word in words(text):
        vector[sum(word.encode()) * 31 % DIMENSIONS] += 1.0
    return vector


def asked(text: str, **changes: Any) -> Asked:
    usual: dict[str, Any] = {"citations": (HOURS,), "retrieved": (HOURS, SHIPS), "latency_ms": 80.0}
    return Asked(text=text, **{**usual, **changes})


def evidence(text: str, **changes: Any) -> Evidence:
    told = {name: changes.pop(name) for name in ("vectors", "judgements") if name in changes}
    return Evidence(asked=asked(text, **changes), **{"vectors": bag_of_words, **told})


def case(**fields: Any) -> TestCase:
    return TestCase.model_validate({"question": "When does it open?", **fields})


def assertion(kind: str, value: Any = None, **fields: Any) -> Assertion:
    return Assertion.model_validate({"type": kind, "value": value, **fields})


def result(
    idx: int, verification: Verification, score: float | None = None, **fields: Any
) -> CaseResult:
    usual: dict[str, Any] = {
        "idx": idx,
        "question": f"Question {idx}?",
        "expected": "",
        "agent": "",
        "category": "single-hop",
        "verification": verification,
        "verification_result": "",
        "score": {"pass": 1.0, "fail": 0.0, "error": None}[verification]
        if score is None
        else score,
        "scores": {},
        "assertions": [],
        "citations": [],
        "tools": [],
        "latency_ms": 100.0 + idx,
        "input_tokens": 10,
        "output_tokens": 2,
        "finished_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return CaseResult.model_validate({**usual, **fields})
