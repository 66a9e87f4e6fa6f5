"""Run the calls that a model asks for at once; whatever goes wrong is told to the model."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from services.assistants.domain.answer import Thinking
from services.assistants.domain.tool_use import (
    REPEATED,
    TOLD_OF_REPEATING,
    TOO_MANY,
    ToolUse,
    arguments_of,
    error_text,
)
from services.assistants.domain.tools import ToolCall, ToolOutcome
from services.assistants.ports import Tool
from services.assistants.usecases.permit_call import PermitCall

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A call that is to be made, or why it is not. `told`: to the caller."""

    call: ToolCall
    told: Thinking
    tool: Tool | None = None
    arguments: dict[str, Any] | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """A call and what came of it."""

    call: ToolCall
    outcome: ToolOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCalls:
    """The calls of one answer. `tools` by the names that the model was told."""

    tools: Mapping[str, Tool]
    permit: PermitCall
    use: ToolUse

    async def decide(self, calls: Sequence[ToolCall]) -> list[Decision]:
        """Which of them are made, in their order."""
        return [await self._decision(call, place) for place, call in enumerate(calls)]

    async def __call__(self, decided: Sequence[Decision]) -> list[Called]:
        """Make those that are to be made, all at a time. Cancelling it ends them."""
        clock = asyncio.get_running_loop().time
        began = clock()
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(self._outcome(decision)) for decision in decided]
        self.use.left_s -= clock() - began
        return [
            Called(decision.call, task.result())
            for decision, task in zip(decided, running, strict=True)
        ]

    async def _decision(self, call: ToolCall, place: int) -> Decision:
        tool = self.tools.get(call.name)
        if tool is None:
            known = ", ".join(self.tools)
            return _refused(call, f"There is no such tool. There are: {known}.", "an unknown tool")
        if place >= self.use.limits.calls_per_round:
            return _refused(call, TOO_MANY)
        if self.use.note(call) >= TOLD_OF_REPEATING:
            return _refused(call, REPEATED)
        try:
            arguments = arguments_of(call)
        except ValueError as error:
            return _refused(call, str(error))
        if why_not := await self.permit(tool.spec, arguments):
            log.warning("tool_call_not_permitted", tool=call.name)
            return _refused(call, why_not)
        told = Thinking(f"Calling {call.name}", tool=call.name)
        return Decision(call=call, told=told, tool=tool, arguments=arguments)

    async def _outcome(self, decision: Decision) -> ToolOutcome:
        if decision.tool is None or decision.arguments is None:
            return _failed(decision.refusal)
        limit_s = max(0.0, min(self.use.limits.call_s, self.use.left_s))
        try:
            async with asyncio.timeout(limit_s):
                return await decision.tool(decision.arguments)
        except TimeoutError:
            return _failed(f"The tool did not answer within {limit_s:g} seconds.")
        except Exception as error:  # a broken tool must not break the answer
            log.error("tool_broke", tool=decision.call.name, exc_info=error)
            return _failed("The tool failed.")


def _refused(call: ToolCall, why: str, name: str = "") -> Decision:
    told = Thinking(f"Not calling {name or call.name}")
    return Decision(call=call, told=told, refusal=why)


def _failed(why: str) -> ToolOutcome:
    return ToolOutcome(text=error_text(why), is_error=True)
