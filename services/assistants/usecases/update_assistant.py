"""Change what a user decided of an assistant."""

from dataclasses import dataclass

from contracts.rpc.assistants.configurations import Assistant, UpdateConfiguration
from services.assistants.ports import Assistants


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAssistant:
    """Endpoint 17, PUT: what is absent stays."""

    assistants: Assistants

    def __call__(self, request: UpdateConfiguration) -> Assistant:
        """Raises NotFound."""
        return self.assistants.change(
            user_id=request.user_id,
            assistant_uuid=request.assistant_uuid,
            changes=request.fields.changes(),
        )
