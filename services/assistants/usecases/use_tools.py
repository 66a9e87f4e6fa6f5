"""Let a model call tools until it answers: run its calls, tell it what came of them, ask again.

Every bound ends in an answer: where tools may no longer be called, the model is asked without them.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from services.assistants.domain.answer import (
    Answer,
    AnswerEvent,
    Finished,
    ModelEvent,
    ModelRequest,
    TextDelta,
)
from services.assistants.domain.citation import CitedSpan, within
from services.assistants.domain.figures_check import unfounded, warning
from services.assistants.domain.tool_use import ToolLimits, ToolUse, shortened
from services.assistants.domain.tools import ToolResult, ToolRound
from services.assistants.ports import ChatModel, Tool
from services.assistants.usecases.permit_call import PermitCall
from services.assistants.usecases.run_calls import Called, RunCalls

BETWEEN_ROUNDS = "\n\n"
NO_ANSWER = "The model kept asking for tools and gave no answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class UseTools:
    """A model with tools, in the place of a model.

    `guide` goes to the model along with the tools, `permission_guide` where it is asked whether the
    user wants a tool called.
    """

    model: ChatModel
    limits: ToolLimits
    guide: str
    permission_guide: str

    async def __call__(
        self, answer: Answer, request: ModelRequest, tools: Sequence[Tool]
    ) -> AsyncGenerator[ModelEvent | AnswerEvent, None]:
        """Ends with a Finished whose tokens are those of all rounds. Raises what the model raises."""
        request = replace(request, guide=self.guide, tools=tuple(tool.spec for tool in tools))
        use = ToolUse(limits=self.limits, left_s=self.limits.total_s)
        permit = PermitCall(model=self.model, request=request, use=use, guide=self.permission_guide)
        run = RunCalls(tools={tool.spec.name: tool for tool in tools}, permit=permit, use=use)
        while True:
            may_call, at = use.may_call, answer.length
            is_apart = not answer.text or answer.text[-1][-1:].isspace()
            asked = replace(request, rounds=tuple(use.rounds), may_call=may_call)
            async with aclosing(self.model.stream(asked)) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        finished = event
                        continue
                    if isinstance(event, TextDelta) and not is_apart:
                        yield TextDelta(BETWEEN_ROUNDS)
                        is_apart, at = True, answer.length
                    yield _shifted(event, at)
            use.count(finished.input_tokens, finished.output_tokens)
            if finished.reason != "tool_call" or not may_call:
                if doubt := _doubt(answer, use):
                    yield TextDelta(doubt)
                yield _last_word(finished, use)
                return
            decided = await run.decide(finished.calls)
            for decision in decided:
                yield decision.told
            called = await run(decided)
            for each in called:
                for shown in each.outcome.shown:
                    yield shown
                    use.shown.append(shown)
            use.rounds.append(
                ToolRound(
                    plan=finished.plan,
                    said="".join(answer.text)[at:],
                    calls=finished.calls,
                    results=tuple(self._result(answer, each) for each in called),
                )
            )

    def _result(self, answer: Answer, called: Called) -> ToolResult:
        outcome, limit = called.outcome, self.limits.result_characters
        return ToolResult(
            call_id=called.call.id,
            text=shortened(outcome.text, characters=limit),
            documents=answer.cite_from(within(outcome.passages, characters=limit)),
        )


def _doubt(answer: Answer, use: ToolUse) -> str:
    """A word on figures that the model took from nowhere."""
    read = [passage.text for passage in answer.passages] + [turn.content for turn in answer.turns()]
    figures = unfounded("".join(answer.text), shown=use.shown, read=read)
    return warning(figures) if figures else ""


def _shifted(event: ModelEvent, by: int) -> ModelEvent:
    """Positions count from where the model began to speak this time."""
    if not isinstance(event, CitedSpan) or event.start is None or event.end is None:
        return event
    return replace(event, start=event.start + by, end=event.end + by)


def _last_word(finished: Finished, use: ToolUse) -> Finished:
    if finished.reason == "tool_call":
        finished = Finished(reason="error", error=NO_ANSWER)
    return replace(finished, input_tokens=use.input_tokens, output_tokens=use.output_tokens)
