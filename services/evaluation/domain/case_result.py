"""A verdict as it is kept and told."""

from datetime import datetime

from contracts.rpc.evaluation import CaseResult, SourcePassage
from services.evaluation.domain.asked import Asked
from services.evaluation.domain.run import Claim
from services.evaluation.domain.verdict import Verdict

TOLD_ANSWER, TOLD_PASSAGE = 20_000, 500
"""Characters."""


def judged_result(claim: Claim, asked: Asked, verdict: Verdict, *, at: datetime) -> CaseResult:
    """What became of an answer."""
    return CaseResult(
        idx=claim.idx,
        question=claim.case.question,
        expected=claim.case.ideal_answer,
        agent=asked.text.replace("\x00", "")[:TOLD_ANSWER],
        category=claim.case.category,
        verification=verdict.verification,
        verification_result=verdict.reason,
        score=verdict.score,
        scores=verdict.scores,
        assertions=verdict.assertions,
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
