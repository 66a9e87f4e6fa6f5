"""Whether an answer is as a case asserts: passed, failed, or undecided with a reason."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.rpc.evaluation import Assertion, AssertionResult, SourcePassage
from services.evaluation.domain.asked import Asked, Judgement, Undecided
from services.evaluation.domain.assertion_rules import compiled_pattern, compiled_schema
from services.evaluation.domain.likeness import Vectors, nearest
from services.evaluation.domain.refusal import refuses
from services.evaluation.domain.wording import normalised

SIMILAR_FROM = 0.55
"""Default threshold of `similar`; measured in decision 40."""
JUDGED_GOOD_FROM = 0.5
"""Default threshold of `judge`."""
SHOWN = 120  # characters of a value in a reason


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, before `negate` turns it round. score: 0 to 1, where there is a degree."""

    holds: bool
    reason: str
    score: float | None = None


def _no_vectors(_text: str) -> Any:
    raise LookupError("no vectors were made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An answer, with what models were asked about it beforehand.

    vectors: Undecided where the model server did not give them. judgements: by rubric.
    """

    asked: Asked
    vectors: Vectors | Undecided = _no_vectors
    judgements: Mapping[str, Judgement | Undecided] = field(default_factory=dict)


def check(assertion: Assertion, evidence: Evidence) -> AssertionResult:
    """The assertion's values are right: `check_cases` has seen them."""
    found = _CHECKS[assertion.type](assertion, evidence)
    decided = found if isinstance(found, Finding) else None
    return AssertionResult(
        type=assertion.type,
        negate=assertion.negate,
        passed=decided.holds is not assertion.negate if decided else None,
        score=decided.score if decided else None,
        weight=assertion.weight,
        reason=found.reason,
    )


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f'"{text}"' if len(text) <= SHOWN else f'"{text[: SHOWN - 1]}…"'


def _contains(assertion: Assertion, evidence: Evidence) -> Finding:
    is_there = normalised(str(assertion.value)) in normalised(evidence.asked.text)
    verb = "contains" if is_there else "does not contain"
    return Finding(is_there, f"The answer {verb} {_shown(assertion.value)}.")


def _not_contains(assertion: Assertion, evidence: Evidence) -> Finding:
    found = _contains(assertion, evidence)
    return Finding(not found.holds, found.reason)


def _regex(assertion: Assertion, evidence: Evidence) -> Finding | Undecided:
    try:
        pattern = compiled_pattern(str(assertion.value))
    except ValueError as error:
        return Undecided(f"The pattern cannot be used: {error}.")
    matches = pattern.search(evidence.asked.text) is not None
    verb = "matches" if matches else "does not match"
    return Finding(matches, f"The answer {verb} {_shown(assertion.value)}.")


def _similar(assertion: Assertion, evidence: Evidence) -> Finding | Undecided:
    if isinstance(evidence.vectors, Undecided):
        return evidence.vectors
    score = nearest(str(assertion.value), evidence.asked.text, evidence.vectors)
    least = SIMILAR_FROM if assertion.threshold is None else assertion.threshold
    return Finding(
        score >= least, f"Similarity {score:.2f}, of {least:.2f} that are wanted.", score
    )


def _cites(assertion: Assertion, evidence: Evidence) -> Finding:
    wanted = assertion.value
    is_cited = any(_is_named(wanted, citation) for citation in evidence.asked.citations)
    verb = "cites" if is_cited else "does not cite"
    return Finding(is_cited, f"The answer {verb} {_shown(wanted)}.")


def _is_named(wanted: Any, citation: SourcePassage) -> bool:
    if isinstance(wanted, dict):
        is_chunk = wanted.get("chunk") is None or wanted["chunk"] == citation.chunk
        return is_chunk and wanted.get("document_id") == citation.document_id
    name = str(wanted).strip()
    is_id = name.isascii() and name.isdigit() and int(name) == citation.document_id
    return is_id or normalised(name) == normalised(citation.document_name)


def _refuses(_assertion: Assertion, evidence: Evidence) -> Finding:
    asked = evidence.asked
    says_so = refuses(asked.text, passages=asked.cited_texts())
    return Finding(
        says_so,
        "The answer says that it does not know."
        if says_so
        else "The answer does not say that it does not know.",
    )


def _json_schema(assertion: Assertion, evidence: Evidence) -> Finding | Undecided:
    schema = assertion.value if isinstance(assertion.value, dict) else {}
    try:
        validator = compiled_schema(schema)
    except ValueError as error:
        return Undecided(f"The schema cannot be used: {error}.")
    try:
        value = json.loads(evidence.asked.text)
    except (ValueError, RecursionError):
        return Finding(False, "The answer is not JSON.")
    if faults := validator.faults(value, at_most=1):
        return Finding(False, f"The answer breaks its schema: {faults[0]}")
    return Finding(True, "The answer is as its schema says.")


def _latency(assertion: Assertion, evidence: Evidence) -> Finding:
    most = assertion.value if isinstance(assertion.value, int | float) else 0
    took = evidence.asked.latency_ms
    return Finding(took <= most, f"It took {took:.0f} ms, of {most:g} that it may.")


def _judge(assertion: Assertion, evidence: Evidence) -> Finding | Undecided:
    judged = evidence.judgements.get(str(assertion.value), Undecided("No judge was asked."))
    if isinstance(judged, Undecided):
        return judged
    least = JUDGED_GOOD_FROM if assertion.threshold is None else assertion.threshold
    told = f"The judge gives {judged.score:.2f}, of {least:.2f} that are wanted: {judged.reason}"
    return Finding(judged.score >= least, told, judged.score)


def _calls_tool(assertion: Assertion, evidence: Evidence) -> Finding:
    called = str(assertion.value).strip() in evidence.asked.tools
    verb = "called" if called else "did not call"
    return Finding(called, f"The assistant {verb} {_shown(assertion.value)}.")


_CHECKS: dict[str, Callable[[Assertion, Evidence], Finding | Undecided]] = {
    "contains": _contains,
    "not_contains": _not_contains,
    "regex": _regex,
    "similar": _similar,
    "cites": _cites,
    "refuses": _refuses,
    "json_schema": _json_schema,
    "latency_ms": _latency,
    "judge": _judge,
    "calls_tool": _calls_tool,
}
