"""Vectors and opinions by the cohere SDK, against whoever speaks Cohere's v2 API; for threads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from cohere import ClientV2
from cohere.core.api_error import ApiError

from contracts.errors import Unavailable
from contracts.rpc.evaluation import TestCase
from services.evaluation.domain.asked import Judgement, Undecided
from services.evaluation.domain.likeness import Vector, Vectors

log = structlog.get_logger(__name__)
BATCH_TEXTS = 96
CONNECT_S = 3
LOOPBACK = ("127.0.0.1", "::1", "localhost")
FAILURES = (ApiError, httpx.HTTPError, TimeoutError)
REFUSALS = frozenset({400, 404, 413, 422, 501})
"""Statuses that say something about the request; all others may pass with time."""
OPINION: dict[str, Any] = {
    "type": "object",
    "properties": {"score": {"type": "number"}, "reason": {"type": "string"}},
    "required": ["score", "reason"],
}


def cohere_client(url: str, *, api_key: str, timeout_s: float) -> ClientV2:
    """The environment's proxies are for hosts elsewhere."""
    return ClientV2(
        api_key,
        base_url=url,
        httpx_client=httpx.Client(
            timeout=httpx.Timeout(timeout_s, connect=CONNECT_S),
            trust_env=urlsplit(url).hostname not in LOOPBACK,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CohereVectors:
    """The port `Embedder`."""

    client: ClientV2
    model: str

    def vectors(self, texts: Sequence[str]) -> Vectors | Undecided:
        known: dict[str, Vector] = {}
        for start in range(0, len(texts), BATCH_TEXTS):
            batch = list(texts[start : start + BATCH_TEXTS])
            try:
                answer = self.client.embed(
                    model=self.model,
                    input_type="search_document",
                    texts=batch,
                    embedding_types=["float"],
                    truncate="END",
                    request_options={"max_retries": 1},
                )
            except FAILURES as error:
                log.warning("embedding_failed", reason=repr(error)[:200])
                if isinstance(error, ApiError) and error.status_code in REFUSALS:
                    return Undecided("The embedding model refused the texts.")
                raise Unavailable.of("The embedding model") from error
            known |= dict(zip(batch, answer.embeddings.float_ or [], strict=True))
        return known.__getitem__


@dataclass(frozen=True, slots=True, kw_only=True)
class NoJudge:
    """The port `Judge` where there is no model that could."""

    def judge(self, *, rubric: str, case: TestCase, answer: str) -> Judgement | Undecided:
        return Undecided("No judge model is configured.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CohereJudge:
    """The port `Judge`. An opinion that cannot be read is none."""

    client: ClientV2
    model: str
    prompt: str

    def judge(self, *, rubric: str, case: TestCase, answer: str) -> Judgement | Undecided:
        asked = {
            "question": case.question,
            "ideal_answer": case.ideal_answer,
            "answer": answer,
            "rubric": rubric,
        }
        messages: Any = [
            {"role": "system", "content": self.prompt},
            {"role": "user", "content": json.dumps(asked, ensure_ascii=False)},
        ]
        response_format: Any = {"type": "json_object", "json_schema": OPINION}
        try:
            reply = self.client.chat(
                model=self.model,
                messages=messages,
                response_format=response_format,
                temperature=0,
                max_tokens=400,
                request_options={"max_retries": 1},
            )
        except FAILURES as error:
            log.warning("judge_failed", reason=repr(error)[:200])
            if isinstance(error, httpx.TimeoutException | TimeoutError):
                return Undecided("The judge took too long.")
            return Undecided("The judge did not answer.")
        return opinion("".join(texts_of(reply)))


def texts_of(reply: Any) -> list[str]:
    """The texts of a reply, in order; thinking and tool calls are none."""
    parts = reply.message.content or []
    return [part.text for part in parts if getattr(part, "type", "") == "text"]


def opinion(text: str) -> Judgement | Undecided:
    """What a judge wrote; anything but a score from 0 to 1 with a reason is no opinion."""
    try:
        said = json.loads(text)
        score, reason = said["score"], said["reason"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return Undecided(f"The judge answered nonsense: {text[:200]!r}")
    is_number = isinstance(score, int | float) and not isinstance(score, bool)
    if not is_number or not 0 <= score <= 1 or not isinstance(reason, str):
        return Undecided(f"The judge answered nonsense: {text[:200]!r}")
    return Judgement(score=float(score), reason=reason[:500])
