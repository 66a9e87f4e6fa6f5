"""A judge over the wire: what it answers too late, or wrongly, is no opinion."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from contracts.errors import Unavailable
from contracts.rpc.evaluation import TestCase
from services.evaluation.adapters.models import CohereJudge, CohereVectors, cohere_client
from services.evaluation.domain.asked import Judgement, Undecided

CASE = TestCase(question="When does it open?")
TIMEOUT_S = 0.5


class JudgeStandIn(BaseHTTPRequestHandler):
    """Answers with what the rubric says: a JSON text, a status, or nothing for long."""

    asked: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)  # type: ignore[attr-defined]
        said = json.loads(body["messages"][1]["content"])["rubric"] if "messages" in body else "503"
        if said == "hang":
            time.sleep(3 * TIMEOUT_S)
        status = int(said) if said.isdigit() else 200
        message = {"role": "assistant", "content": [{"type": "text", "text": said}]}
        told = {"id": "1", "finish_reason": "COMPLETE", "message": message}
        answer = json.dumps(told if status == 200 else {"message": "no"}).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except BrokenPipeError:
            pass  # it was not waited for

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    serving = ThreadingHTTPServer(("127.0.0.1", 0), JudgeStandIn)
    serving.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield serving
    serving.shutdown()
    serving.server_close()


@pytest.fixture
def judge(server: ThreadingHTTPServer) -> CohereJudge:
    client = cohere_client(
        f"http://127.0.0.1:{server.server_port}", api_key="", timeout_s=TIMEOUT_S
    )
    return CohereJudge(client=client, model="judge", prompt="You judge.")


def test_an_opinion_is_a_score_with_a_reason(
    judge: CohereJudge, server: ThreadingHTTPServer
) -> None:
    said = judge.judge(rubric='{"score": 0.8, "reason": "Kind."}', case=CASE, answer="At nine.")
    assert said == Judgement(score=0.8, reason="Kind.")
    asked = server.asked[0]  # type: ignore[attr-defined]
    assert asked["response_format"]["type"] == "json_object"
    assert json.loads(asked["messages"][1]["content"])["answer"] == "At nine."


@pytest.mark.parametrize(
    "nonsense",
    [
        "Very good!",
        "[]",
        '{"score": 7, "reason": "Great."}',
        '{"score": "1", "reason": "Great."}',
        '{"score": true, "reason": "Great."}',
        '{"score": NaN, "reason": "Great."}',
        '{"score": 1}',
        '{"score": 1, "reason": "cut',
    ],
)
def test_nonsense_is_no_opinion(judge: CohereJudge, nonsense: str) -> None:
    said = judge.judge(rubric=nonsense, case=CASE, answer="x")
    assert isinstance(said, Undecided)
    assert "nonsense" in said.reason


def test_a_judge_that_hangs_or_fails_is_none(judge: CohereJudge) -> None:
    began = time.monotonic()
    assert judge.judge(rubric="hang", case=CASE, answer="x") == Undecided(
        "The judge took too long."
    )
    assert time.monotonic() - began < 3
    for status in ("400", "404"):
        said = judge.judge(rubric=status, case=CASE, answer="x")
        assert said == Undecided("The judge did not answer.")


def test_an_embedding_model_that_is_away_is_waited_for(server: ThreadingHTTPServer) -> None:
    away = cohere_client("http://127.0.0.1:9", api_key="", timeout_s=TIMEOUT_S)
    with pytest.raises(Unavailable):
        CohereVectors(client=away, model="embed").vectors(["text"])
    failing = cohere_client(f"http://127.0.0.1:{server.server_port}", api_key="", timeout_s=1)
    with pytest.raises(Unavailable):
        CohereVectors(client=failing, model="embed").vectors(["text"])
