"""Questions by a chat model, a few at a time, within one budget of time; for green threads too."""

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from cohere import ClientV2
from cohere.core.api_error import ApiError

from contracts.rpc.knowledge import SampledPassage
from services.evaluation.adapters.models import FAILURES, texts_of
from services.evaluation.domain.generation.written import Draft
from services.evaluation.ports import Written

log = structlog.get_logger(__name__)
AT_ONCE = 4
LONGEST_CALL_S = 20
LEAST_CALL_S = 0.5
ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {"question": {"type": "string"}, "answer": {"type": "string"}},
    "required": ["question", "answer"],
}
REFUSED = frozenset({400, 401, 403, 404, 422})
"""The model cannot do this at all: nothing more is asked of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CohereQuestionWriter:
    """The port `QuestionWriter`. budget_s: for all questions together."""

    client: ClientV2
    prompt: str
    budget_s: float
    clock: Callable[[], float] = time.monotonic

    def write(self, passages: Sequence[SampledPassage], *, model: str) -> Written:
        until, troubles = self.clock() + self.budget_s, set[str]()

        def draft(passage: SampledPassage) -> Draft | None:
            left_s = until - self.clock()
            if left_s < LEAST_CALL_S:
                troubles.add("The model was too slow for some of the questions.")
                return None
            if any(trouble.startswith("The model refused") for trouble in troubles):
                return None
            try:
                return self._draft(passage, model, timeout_s=min(left_s, LONGEST_CALL_S))
            except FAILURES as error:
                log.warning("question_not_written", reason=repr(error)[:200])
                troubles.add(_trouble(error))
                return None

        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="questions") as threads:
            drafts = list(threads.map(draft, passages))
        return Written(drafts=drafts, troubles=sorted(troubles))

    def _draft(self, passage: SampledPassage, model: str, *, timeout_s: float) -> Draft | None:
        shown = {
            "document": passage.document_name,
            "heading": passage.heading,
            "passage": passage.text,
        }
        messages: Any = [
            {"role": "system", "content": self.prompt},
            {"role": "user", "content": json.dumps(shown, ensure_ascii=False)},
        ]
        response_format: Any = {"type": "json_object", "json_schema": ANSWER}
        reply = self.client.chat(
            model=model,
            messages=messages,
            response_format=response_format,
            temperature=0,
            max_tokens=300,
            request_options={"max_retries": 0, "timeout_in_seconds": max(1, int(timeout_s))},
        )
        return read("".join(texts_of(reply)))


def read(text: str) -> Draft | None:
    """What a model wrote; None where that is not what it was asked for."""
    try:
        said = json.loads(text)
        question, answer = said["question"], said["answer"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_text = isinstance(question, str) and isinstance(answer, str)
    return Draft(question, answer) if is_text else None


def _trouble(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "The model was too slow for some of the questions."
    if isinstance(error, ApiError) and error.status_code in REFUSED:
        return f"The model refused to write questions (HTTP {error.status_code})."
    return "The model did not answer for some of the questions."
