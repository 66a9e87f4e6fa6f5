"""Cohere's stream events in the service's own words."""

import logging
from collections.abc import Iterator
from typing import Any

import structlog

from services.assistants.domain.answer import Finished, ModelEvent, TextDelta, Thought
from services.assistants.domain.citation import CitedSpan

log = structlog.get_logger(__name__)
REASONS = {"COMPLETE": "complete", "STOP_SEQUENCE": "stop_sequence", "MAX_TOKENS": "max_tokens"}
FAILURES = {
    "TIMEOUT": "The model took too long.",
    "TOOL_CALL": "The model asked for a tool that this assistant does not have.",
}
BROKE_OFF = "The model broke off."
CITES_THE_ANSWER = (None, "TEXT_CONTENT")


class Reading:
    """One stream, event by event. Unknown kinds of events say nothing."""

    def __init__(self) -> None:
        self._length = 0  # characters of answer so far
        self._start_by_block: dict[int, int] = {}  # content blocks that are answer
        self._plans = False

    def take(self, event: Any) -> Iterator[ModelEvent]:
        """What one event of the SDK means; a Finished is the last."""
        match event.type:
            case "content-start" | "content-delta":
                yield from self._content(event)
            case "tool-plan-delta" if not self._plans:
                self._plans = True
                yield Thought("Planning")
            case "citation-start":
                if span := self._span(event.delta.message.citations):
                    yield span
            case "message-end":
                yield _finished(event.delta)

    def _content(self, event: Any) -> Iterator[ModelEvent]:
        content = event.delta.message.content
        if event.type == "content-start" and content.type == "thinking":
            yield Thought("Thinking")
        if content.text or (event.type == "content-start" and content.type == "text"):
            self._start_by_block.setdefault(event.index or 0, self._length)
        if content.text:
            self._length += len(content.text)
            yield TextDelta(content.text)

    def _span(self, citation: Any) -> CitedSpan | None:
        """Positions in Cohere count within a block of content; here within the whole answer."""
        passages = tuple(_positions(citation.sources or []))
        if citation.type not in CITES_THE_ANSWER or not passages:
            return None
        first = min(self._start_by_block.values(), default=0)
        shift = self._start_by_block.get(citation.content_index, first)
        has_place = citation.start is not None and citation.end is not None
        return CitedSpan(
            start=citation.start + shift if has_place else None,
            end=citation.end + shift if has_place else None,
            text=citation.text or "",
            passages=passages,
        )


def _positions(sources: list[Any]) -> Iterator[int]:
    """Documents were sent under their positions; some models put `doc:` before an id."""
    for source in sources:
        name = str(source.id or "").removeprefix("doc:")
        if source.type == "document" and name.isdecimal():
            yield int(name)


def _finished(delta: Any) -> Finished:
    asked, said = _counts(delta.usage)
    if reason := REASONS.get(delta.finish_reason):
        return Finished(reason=reason, input_tokens=asked, output_tokens=said)
    log.warning("model_broke_off", finish_reason=delta.finish_reason, error=str(delta.error)[:300])
    error = FAILURES.get(delta.finish_reason, BROKE_OFF)
    return Finished(reason="error", error=error, input_tokens=asked, output_tokens=said)


def _counts(usage: Any) -> tuple[int, int]:
    """Tokens in and out as the model counts them; where it does not tell, those it bills."""
    counted = (usage.tokens or usage.billed_units) if usage else None
    if counted is None:
        return 0, 0
    return int(counted.input_tokens or 0), int(counted.output_tokens or 0)


def silence_content() -> None:
    """The SDK logs events that it cannot read, content and all; this leaves the fact alone."""
    logging.getLogger("cohere").setLevel(logging.CRITICAL)
    logging.getLogger().addFilter(_without_content)


def _without_content(record: logging.LogRecord) -> bool:
    if "SSE event" in str(record.msg):
        record.msg, record.args = "cohere_event_unreadable", ()
    return True
