"""The assistants service over nameko RPC; for the nameko process only."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.rpc.assistants.configurations import Assistant, AssistantOf, FinalPrompt
from services.evaluation.adapters.asking import ask

CAPABILITY = "The assistants service"


@dataclass(frozen=True, slots=True)
class RpcAssistants:
    """The port `Assistants` over a worker's own `DeadlineRpc("assistants")`."""

    assistants: Any

    def get(self, *, user_id: int, assistant_uuid: UUID) -> Assistant:
        request = AssistantOf(user_id=user_id, assistant_uuid=assistant_uuid)
        return ask(self.assistants, "get_configuration", request, Assistant, capability=CAPABILITY)

    def final_prompt(self, *, user_id: int, assistant_uuid: UUID) -> str:
        request = AssistantOf(user_id=user_id, assistant_uuid=assistant_uuid)
        answer = ask(
            self.assistants, "get_final_prompt", request, FinalPrompt, capability=CAPABILITY
        )
        return answer.final_prompt
