"""Read assistants: one whole, or all of a user in short."""

from dataclasses import dataclass

from contracts.rpc.assistants import (
    Assistant,
    AssistantOf,
    AssistantSummaries,
    ListConfigurations,
)
from services.assistants.ports import Assistants


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAssistant:
    """Endpoint 17, GET."""

    assistants: Assistants

    def __call__(self, request: AssistantOf) -> Assistant:
        """Raises NotFound."""
        return self.assistants.get(user_id=request.user_id, assistant_uuid=request.assistant_uuid)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAssistants:
    """Endpoint 16."""

    assistants: Assistants

    def __call__(self, request: ListConfigurations) -> AssistantSummaries:
        return AssistantSummaries(
            assistants=self.assistants.summaries(
                user_id=request.user_id, include_archived=request.include_archived
            )
        )
