"""Delete an assistant softly: nothing finds it any more, and its data stay."""

from dataclasses import dataclass

from contracts.rpc.assistants.configurations import AssistantOf, Deleted
from services.assistants.ports import Assistants


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAssistant:
    """Endpoint 18. Its knowledge base is left alone: other assistants may use it."""

    assistants: Assistants

    def __call__(self, request: AssistantOf) -> Deleted:
        """Raises NotFound."""
        self.assistants.delete(user_id=request.user_id, assistant_uuid=request.assistant_uuid)
        return Deleted(assistant_uuid=request.assistant_uuid)
