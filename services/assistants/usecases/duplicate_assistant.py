"""Duplicate an assistant."""

from dataclasses import dataclass
from uuid import UUID

from contracts.rpc.assistants.configurations import Assistant, AssistantFields, AssistantOf
from services.assistants.domain.naming import name_of_copy
from services.assistants.ports import Assistants


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateAssistant:
    """Endpoint 46. The copy answers from the same knowledge base; it is never archived or the default."""

    assistants: Assistants

    def __call__(self, request: AssistantOf, *, new_uuid: UUID) -> Assistant:
        """Raises NotFound. `new_uuid` is the same for a request that is delivered again."""
        original = self.assistants.get(
            user_id=request.user_id, assistant_uuid=request.assistant_uuid
        )
        copied = {name: getattr(original, name) for name in AssistantFields.model_fields}
        copied["assistant_name"] = name_of_copy(original.assistant_name)
        return self.assistants.add(
            user_id=request.user_id,
            assistant_uuid=new_uuid,
            changes={**copied, "knowledge_base": original.knowledge_base},
        )
