"""A gateway of a few answers, for the command line: what it is asked stays in `asked`."""

import json
from typing import Any

import httpx

from tools.client import Client

RUN_ID = "55555555-5555-4555-8555-555555555555"
ASSISTANT = "11111111-1111-4111-8111-111111111111"


def run_of(*verdicts: str, total: int | None = None, **fields: Any) -> dict[str, Any]:
    """Endpoint 25, with what the command line reads; `total` more than verdicts: it still runs."""
    total = total or len(verdicts)
    has_ended = len(verdicts) == total
    judged = [each for each in verdicts if each != "error"]
    return {
        "run_id": RUN_ID,
        "status": "finished" if has_ended else "running",
        "finished": has_ended,
        "model": "local-extractive",
        "summary": {
            "total": total,
            "passed": verdicts.count("pass"),
            "failed": verdicts.count("fail"),
            "errors": verdicts.count("error"),
            "pending": total - len(verdicts),
            "score": verdicts.count("pass") / len(judged) if judged else None,
            "score_interval": None,
            "pass_rate": None,
            "metrics": {"mrr": {"mean": 0.75, "low": 0.5, "high": 1.0, "n": 4}},
            "latency_ms": {"p50": 120.0, "p95": 1900.0},
            "tokens": {"input": 10, "output": 5},
        },
        "results": [result(idx, verdict) for idx, verdict in enumerate(verdicts)],
        **fields,
    }


def result(idx: int, verification: str) -> dict[str, Any]:
    return {
        "idx": idx,
        "question": f"Question {idx}?",
        "verification": verification,
        "verification_result": f"reason {idx}",
        "score": {"pass": 1.0, "fail": 0.0}.get(verification),
        "latency_ms": 120.0,
        "finished_at": f"2026-01-02T03:04:{idx:02}Z",
    }


class Scripted:
    """Answers by method and path; a list is answered one after the other, its last one for ever."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, Any]] = []
        self.tokens: list[str] = []

    def client(self) -> Client:
        client = Client("http://gateway")
        client.http = httpx.Client(
            base_url="http://gateway", transport=httpx.MockTransport(self._answer)
        )
        return client

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/analytics/assistant/")
        name = f"{request.method} {path}"
        self.asked.append((name, json.loads(request.content) if request.content else None))
        self.tokens.append(request.headers.get("Authorization", ""))
        answer = self._answers[name]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, int):
            return httpx.Response(answer, json={"detail": "no"})
        if isinstance(answer, bytes):
            return httpx.Response(200, content=answer)
        return httpx.Response(200, json=answer)
