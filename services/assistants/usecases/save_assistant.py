"""Save an assistant's configuration, making the assistant where there is none."""

from dataclasses import dataclass
from uuid import UUID

from contracts.rpc.assistants.configurations import Assistant, SaveConfiguration
from services.assistants.ports import Assistants


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAssistant:
    """Endpoint 14."""

    assistants: Assistants

    def __call__(self, request: SaveConfiguration, *, new_uuid: UUID) -> Assistant:
        """Raises NotFound. `new_uuid` is the same for a request that is delivered again."""
        changes = request.fields.changes()
        if request.assistant_uuid is None:
            return self.assistants.add(
                user_id=request.user_id, assistant_uuid=new_uuid, changes=changes
            )
        return self.assistants.change(
            user_id=request.user_id, assistant_uuid=request.assistant_uuid, changes=changes
        )
