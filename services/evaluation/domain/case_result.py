"""A verdict as it is kept and told."""

from datetime import datetime

from contracts.rpc.evaluation import AssertionResult, CaseResult, SourcePassage
from services.evaluation.domain.asked import Asked
from services.evaluation.domain.run import Claim
from services.evaluation.domain.verdict import Verdict

TOLD_ANSWER, TOLD_PASSAGE, TOLD_REASON = 20_000, 500, 1_000
"""Characters."""


def judged_result(claim: Claim, asked: Asked, verdict: Verdict, *, at: datetime) -> CaseResult:
    """What became of an answer."""
    return CaseResult(
        idx=claim.idx,
        question=claim.case.question,
        expected=claim.case.ideal_answer,
        agent=_storable(asked.text)[:TOLD_ANSWER],
        category=claim.case.category,
        verification=verdict.verification,
        verification_result=_storable(verdict.reason),
        score=verdict.score,
        scores=verdict.scores,
        assertions=[_with_short_reason(each) for each in verdict.assertions],
        citations=[_shortened(each) for each in asked.citations],
        tools=list(asked.tools),
        latency_ms=asked.latency_ms,
        input_tokens=asked.input_tokens,
        output_tokens=asked.output_tokens,
        finished_at=at,
    )


def error_result(claim: Claim, reason: str, *, at: datetime) -> CaseResult:
    """There is no answer, and nothing is said about the assistant."""
    return CaseResult(
        idx=claim.idx,
        question=claim.case.question,
        expected=claim.case.ideal_answer,
        agent="",
        category=claim.case.category,
        verification="error",
        verification_result=reason,
        score=None,
        scores={},
        assertions=[],
        citations=[],
        tools=[],
        latency_ms=None,
        input_tokens=0,
        output_tokens=0,
        finished_at=at,
    )


def _shortened(passage: SourcePassage) -> SourcePassage:
    return passage.model_copy(update={"text": passage.text[:TOLD_PASSAGE]})


def _with_short_reason(result: AssertionResult) -> AssertionResult:
    return result.model_copy(update={"reason": _storable(result.reason)[:TOLD_REASON]})


def _storable(text: str) -> str:
    """Without what no database keeps: models write it, and reasons quote models."""
    return text.replace("\x00", "").encode(errors="replace").decode()
