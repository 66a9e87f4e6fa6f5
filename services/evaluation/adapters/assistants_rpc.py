"""The assistants service over nameko RPC; for the nameko process only."""

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
from services.evaluation.adapters.asking import ask

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
    ) -> PreviewedConfiguration:
        request = PreviewConfiguration(
            user_id=user_id,
            assistant_uuid=assistant_uuid,
            fields=fields,
            knowledge_base=str(knowledge_base) if knowledge_base else None,
        )
        return ask(
            self.assistants,
            "preview_configuration",
            request,
            PreviewedConfiguration,
            capability=CAPABILITY,
        )
