"""The user's own tools, as a model may call them."""

import json
from dataclasses import dataclass
from typing import Any

from contracts.errors import InvalidRequest, ServiceError
from services.assistants.domain.answer import Answer
from services.assistants.domain.tool_arguments import parameters
from services.assistants.domain.tool_use import error_text
from services.assistants.domain.tools import ToolOutcome, ToolSpec
from services.assistants.domain.user_tool import OwnTool, function_names
from services.assistants.ports import StoredTools, Tool
from services.assistants.usecases.execute_tool import ExecuteTool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallableTool:
    """The port `Tool`: one of the user's."""

    spec: ToolSpec
    tool: OwnTool
    execute: ExecuteTool

    async def __call__(self, arguments: dict[str, Any]) -> ToolOutcome:
        try:
            result = (await self.execute(self.tool, arguments)).result
        except InvalidRequest as error:
            faults = [each for told in error.fields.values() for each in told]
            return ToolOutcome(text=error_text("; ".join(faults) or error.detail), is_error=True)
        except ServiceError as error:
            return ToolOutcome(text=error_text(error.detail), is_error=True)
        text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
        return ToolOutcome(text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserToolbox:
    """The port `Toolbox`: what the assistant has selected of its owner's tools."""

    stored: StoredTools
    execute: ExecuteTool

    async def tools(self, answer: Answer) -> tuple[Tool, ...]:
        """Asks nobody where nothing is selected."""
        selected = answer.opened.assistant.selected_tools
        if not selected:
            return ()
        own = await self.stored.selected(user_id=answer.question.user_id, uuids=selected)
        names = function_names(own)
        return tuple(
            CallableTool(spec=_spec(tool, names[tool.id]), tool=tool, execute=self.execute)
            for tool in own
        )


def _spec(tool: OwnTool, name: str) -> ToolSpec:
    return ToolSpec(
        name=name, description=tool.fields.description, parameters=parameters(tool.fields)
    )
