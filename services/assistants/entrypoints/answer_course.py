"""How an answer went, as figures and one line of the log; never what was said."""

import time
from typing import Self

import structlog
from prometheus_client import Histogram

from services.assistants.domain.answer import AnswerEvent, Citations, Done, Token

log = structlog.get_logger(__name__)
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
FIRST_TOKEN = Histogram(
    "parlance_answer_first_token_seconds", "Until the first token of an answer.", buckets=SECONDS
)
ANSWERS = Histogram("parlance_answer_seconds", "Answers, whole.", ["outcome"], buckets=SECONDS)


class Course:
    """One answer, from its question to its end. `outcome`: a finish reason, or an error's name."""

    def __init__(self) -> None:
        self.has_begun = False
        self.outcome = "cancelled"
        self._first_token_s: float | None = None
        self._citations = 0

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        return self

    def take(self, event: AnswerEvent) -> None:
        """Note an event that is about to be told."""
        self.has_begun = True
        match event:
            case Token() if self._first_token_s is None:
                self._first_token_s = time.perf_counter() - self._started
                FIRST_TOKEN.observe(self._first_token_s)
            case Citations(citations):
                self._citations = len(citations)
            case Done():
                self.outcome = event.finish_reason

    def __exit__(self, *_: object) -> None:
        took_s = time.perf_counter() - self._started
        ANSWERS.labels(self.outcome).observe(took_s)
        log.info(
            "answered",
            outcome=self.outcome,
            took_ms=round(took_s * 1000, 1),
            first_token_ms=self._first_token_s and round(self._first_token_s * 1000, 1),
            citations=self._citations,
        )
