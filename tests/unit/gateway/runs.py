"""A test run as evaluation would tell of it."""

from typing import Any
from uuid import UUID

from contracts.rpc.evaluation import RunResults

RUN_ID = UUID("55555555-5555-4555-8555-555555555555")
ASSISTANT = UUID("11111111-1111-4111-8111-111111111111")
MOMENT = "2026-01-02T03:04:05Z"


def case(idx: int, verification: str = "pass", **fields: Any) -> dict[str, Any]:
    return {
        "idx": idx,
        "question": f"Question {idx}?",
        "expected": "Three days.",
        "agent": "For three days.",
        "category": "single_hop",
        "verification": verification,
        "verification_result": "It says so." if verification == "pass" else "It does not.",
        "score": None if verification == "error" else 0.5,
        "scores": {"groundedness": 1.0},
        "assertions": [],
        "citations": [],
        "tools": [],
        "latency_ms": 1500.0,
        "input_tokens": 10,
        "output_tokens": 5,
        "finished_at": MOMENT,
        **fields,
    }


def run_of(*cases: dict[str, Any], **fields: Any) -> RunResults:
    """A finished run of these cases; `fields` are the run's own."""
    said = [each["verification"] for each in cases]
    summary = {
        "total": len(cases),
        "passed": said.count("pass"),
        "failed": said.count("fail"),
        "errors": said.count("error"),
        "pending": 0,
        "score": 0.5,
        "score_interval": {"mean": 0.5, "low": 0.4, "high": 0.6, "n": len(cases)},
        "pass_rate": None,
        "metrics": {"mrr": {"mean": 0.75, "low": 0.5, "high": 1.0, "n": len(cases)}},
        "by_category": {},
        "latency_ms": {"p50": 1500.0, "p95": 1500.0},
        "tokens": {"input": 10, "output": 5},
    }
    run = {
        "id": 3,
        "run_id": str(RUN_ID),
        "assistant_uuid": str(ASSISTANT),
        "mode": "quick",
        "status": "finished",
        "finished": True,
        "summary": summary,
        "model": "local-extractive",
        "configuration_hash": "c0ffee",
        "configuration_changed": False,
        "knowledge_base_changed": None,
        "created_at": MOMENT,
        "finished_at": MOMENT,
        **fields,
    }
    snapshot = {
        "configuration": {"agent_name": "Robin"},
        "final_prompt": "You are Robin.",
        "model": "local-extractive",
        "configuration_hash": "c0ffee",
        "saved_configuration_hash": "c0ffee",
        "knowledge_base": None,
        "knowledge_base_version": "v7",
        "cases_hash": "ca5e5",
    }
    return RunResults.model_validate({"run": run, "snapshot": snapshot, "results": list(cases)})
