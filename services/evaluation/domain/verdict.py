"""The verdict on a case: pass, fail, or error, which says nothing of the assistant."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.rpc.evaluation import Assertion, AssertionResult, TestCase, Verification
from services.evaluation.domain.asked import Undecided
from services.evaluation.domain.assertions import Evidence, check
from services.evaluation.domain.likeness import SAME, groundedness, likeness
from services.evaluation.domain.refusal import refuses
from services.evaluation.domain.retrieval import retrieval_scores
from services.evaluation.domain.wording import normalised

GROUNDED_FROM = 0.5
"""At least half of an answer's sentences are what cited passages say; measured in decision 40."""
UNANSWERABLE = "unanswerable"
"""The category of cases whose answer must be that it is not known."""
ANSWER_SIMILARITY, GROUNDEDNESS = "answer_similarity", "groundedness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """score: 0 to 1, None for an error. scores: what was measured, by name, whatever the verdict."""

    verification: Verification
    reason: str
    score: float | None
    scores: dict[str, float]
    assertions: list[AssertionResult]


def assertions_of(case: TestCase) -> Sequence[Assertion]:
    """The case's own; an unanswerable one without any wants a refusal."""
    if case.assertions or normalised(case.category) != UNANSWERABLE:
        return case.assertions
    return (Assertion(type="refuses"),)


def verdict_on(case: TestCase, evidence: Evidence) -> Verdict:
    """By the case's assertions; without any, by likeness to the ideal answer and groundedness."""
    scores = measured(case, evidence)
    assertions = [check(assertion, evidence) for assertion in assertions_of(case)]
    if assertions:
        return _by_assertions(assertions, scores)
    return _by_likeness(case, evidence, scores)


def measured(case: TestCase, evidence: Evidence) -> dict[str, float]:
    """The scores that this case has.

    An answer that says it does not know claims nothing that could be grounded.
    """
    asked = evidence.asked
    scores = retrieval_scores(case.source, asked.retrieved)
    if isinstance(evidence.vectors, Undecided):
        return scores
    cited = asked.cited_texts()
    knows_nothing = refuses(asked.text, passages=cited)
    if case.ideal_answer.strip():
        is_ideal = knows_nothing and refuses(case.ideal_answer)  # there are many words for it
        like = 1.0 if is_ideal else likeness(case.ideal_answer, asked.text, evidence.vectors)
        scores[ANSWER_SIMILARITY] = like
    if not knows_nothing:
        scores[GROUNDEDNESS] = groundedness(asked.text, cited, evidence.vectors)
    return scores


def _by_assertions(assertions: list[AssertionResult], scores: dict[str, float]) -> Verdict:
    undecided = [each for each in assertions if each.passed is None]
    failed = [each for each in assertions if each.passed is False]
    told = undecided or failed or assertions
    reason = " ".join(_told(each) for each in told)
    if undecided:
        return _verdict("error", reason, None, scores, assertions)
    weight = sum(each.weight for each in assertions)
    score = sum(each.weight for each in assertions if each.passed) / weight
    return _verdict("fail" if failed else "pass", reason, score, scores, assertions)


def _told(result: AssertionResult) -> str:
    name = f"not {result.type}" if result.negate else result.type
    return f"{name}: {result.reason}"


def _by_likeness(case: TestCase, evidence: Evidence, scores: dict[str, float]) -> Verdict:
    if isinstance(evidence.vectors, Undecided):
        return _verdict("error", evidence.vectors.reason, None, scores, [])
    least = {ANSWER_SIMILARITY: SAME, GROUNDEDNESS: GROUNDED_FROM}
    held = {name: scores[name] for name in least if name in scores}
    if not case.ideal_answer.strip() and not held:
        held = {GROUNDEDNESS: 0.0}  # it was asked for something, and says that it does not know
    missed = [name for name, score in held.items() if score < least[name]]
    shown = missed or list(held)
    told = [f"{name} {held[name]:.2f} of {least[name]:.2f}" for name in shown]
    reason = ("Too low: " if missed else "") + ", ".join(told) + "."
    score = sum(held.values()) / len(held)
    return _verdict("fail" if missed else "pass", reason, score, scores, [])


def _verdict(
    verification: Verification,
    reason: str,
    score: float | None,
    scores: dict[str, float],
    assertions: list[AssertionResult],
) -> Verdict:
    return Verdict(
        verification=verification,
        reason=reason[:2_000],
        score=score,
        scores=scores,
        assertions=assertions,
    )
