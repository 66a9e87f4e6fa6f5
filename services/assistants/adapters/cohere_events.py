"""Cohere's stream events in the service's own words."""

import logging
from collections.abc import Iterator
from typing import Any

import structlog

from services.assistants.domain.answer import Finished, ModelEvent, TextDelta, Thought
from services.assistants.domain.citation import CitedSpan
from services.assistants.domain.tool_use import MAX_ARGUMENT_CHARACTERS
from services.assistants.domain.tools import ToolCall

log = structlog.get_logger(__name__)
REASONS = {"COMPLETE": "complete", "STOP_SEQUENCE": "stop_sequence", "MAX_TOKENS": "max_tokens"}
FAILURES = {"TIMEOUT": "The model took too long."}
NO_TOOLS = "The model asked for a tool that this assistant does not have."
BROKE_OFF = "The model broke off."
LONGEST_ARGUMENTS = MAX_ARGUMENT_CHARACTERS + 1  # enough to see that they are too long
CITES_THE_ANSWER = (None, "TEXT_CONTENT")


class Reading:
    """One stream, event by event. Unknown kinds of events say nothing.

    Without `has_tools` a model that calls one has failed.
    """

    def __init__(self, *, has_tools: bool = False) -> None:
        self._has_tools = has_tools
        self._plan = ""
        self._calls: dict[int, ToolCall] = {}  # by their index
        self._length = 0  # characters of answer so far
        self._start_by_block: dict[int, int] = {}  # content blocks that are answer

    def take(self, event: Any) -> Iterator[ModelEvent]:
        """What one event of the SDK means; a Finished is the last."""
        match event.type:
            case "content-start" | "content-delta":
                yield from self._content(event)
            case "tool-plan-delta":
                if not self._plan:
                    yield Thought("Planning")
                self._plan += event.delta.message.tool_plan or ""
            case "tool-call-start" | "tool-call-delta":
                self._call(event)
            case "citation-start":
                if span := self._span(event.delta.message.citations):
                    yield span
            case "message-end":
                yield self._finished(event.delta)

    def _call(self, event: Any) -> None:
        """A start has the name, and each event some of the arguments."""
        place = event.index or 0
        said: Any = event.delta.message.tool_calls
        function = said.function
        known = self._calls.get(place) or ToolCall(id=f"call_{place}", name="", arguments="")
        self._calls[place] = ToolCall(
            id=getattr(said, "id", None) or known.id,
            name=getattr(function, "name", None) or known.name,
            arguments=(known.arguments + (function.arguments or ""))[:LONGEST_ARGUMENTS],
        )

    def _finished(self, delta: Any) -> Finished:
        if not self._calls and delta.finish_reason != "TOOL_CALL":
            return _finished(delta)
        asked, said = _counts(delta.usage)
        reason, error = (
            ("tool_call", "") if self._has_tools and self._calls else ("error", NO_TOOLS)
        )
        return Finished(
            reason=reason,
            error=error,
            input_tokens=asked,
            output_tokens=said,
            calls=tuple(self._calls.values()),
            plan=self._plan,
        )

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
    """Documents were sent under their positions, those of a tool's result as well.

    Some models put `doc:` before an id.
    """
    for source in sources:
        name = str(source.id or "").removeprefix("doc:")
        if source.type in ("document", "tool") and name.isdecimal():
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
