"""The assistants service over nameko RPC; for the nameko process only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.rpc.assistants.configurations import (
    Assistant,
    AssistantFields,
    AssistantOf,
    PreviewConfiguration,
    PreviewedConfiguration,
)
from contracts.rpc.assistants.tools import ListUserTools, UserTool, UserToolPage
from services.evaluation.adapters.asking import ask
from services.evaluation.domain.generation.configured import Tool

MOST_PAGES = 20
CAPABILITY = "The assistants service"


@dataclass(frozen=True, slots=True)
class RpcAssistants:
    """The port `Assistants` over a worker's own `DeadlineRpc("assistants")`."""

    assistants: Any

    def get(self, *, user_id: int, assistant_uuid: UUID) -> Assistant:
        request = AssistantOf(user_id=user_id, assistant_uuid=assistant_uuid)
        return ask(self.assistants, "get_configuration", request, Assistant, capability=CAPABILITY)

    def preview(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID,
        fields: AssistantFields,
        knowledge_base: UUID | None,
        without_knowledge_base: bool = False,
    ) -> PreviewedConfiguration:
        request = PreviewConfiguration(
            user_id=user_id,
            assistant_uuid=assistant_uuid,
            fields=fields,
            knowledge_base=str(knowledge_base) if knowledge_base else None,
            without_knowledge_base=without_knowledge_base,
        )
        return ask(
            self.assistants,
            "preview_configuration",
            request,
            PreviewedConfiguration,
            capability=CAPABILITY,
        )


@dataclass(frozen=True, slots=True)
class RpcTools:
    """The port `Tools` over a worker's own `DeadlineRpc("assistants")`."""

    assistants: Any

    def chosen(self, *, user_id: int, tools: Sequence[UUID]) -> list[Tool]:
        if not tools:
            return []
        there = {each.uuid: each for each in self._all(user_id)}
        return [
            Tool(found.function_name, found.name, found.description)
            for uuid in tools
            if (found := there.get(uuid))
        ]

    def _all(self, user_id: int) -> list[UserTool]:
        found: list[UserTool] = []
        after: int | None = None
        for _ in range(MOST_PAGES):
            request = ListUserTools(user_id=user_id, after=after)
            page = ask(
                self.assistants, "list_user_tools", request, UserToolPage, capability=CAPABILITY
            )
            found += page.tools
            after = page.next
            if after is None:
                break
        return found
