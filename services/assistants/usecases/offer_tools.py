"""Which tools an answer is offered."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from services.assistants.domain.answer import Answer
from services.assistants.ports import Tool, Toolbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTools:
    """`selected`: of the user's own tools those the assistant has. `built_in`: the product's.

    With `auto_tool_choice` the model has all of them to choose from, without it the selected ones.
    """

    selected: Sequence[Toolbox] = ()
    built_in: Sequence[Toolbox] = ()

    async def __call__(self, answer: Answer) -> tuple[Tool, ...]:
        """Empty where it writes JSON, which models cannot combine with tools. May raise Unavailable."""
        assistant = answer.opened.assistant
        if assistant.json_mode:
            return ()
        boxes = [*self.selected, *(self.built_in if assistant.auto_tool_choice else ())]
        by_name: dict[str, Tool] = {}
        for box in boxes:
            for tool in await box.tools(answer):
                if by_name.setdefault(tool.spec.name, tool) is not tool:
                    log.warning("tool_hidden_by_another", tool=tool.spec.name)
        return tuple(by_name.values())
