"""Archive an assistant, or restore it."""

from dataclasses import dataclass

from contracts.rpc.assistants.configurations import ArchiveConfiguration, Assistant
from services.assistants.ports import Assistants

IS_ARCHIVED = {"archive": True, "unarchive": False, None: None}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveAssistant:
    """Endpoint 48. Archiving what is archived changes nothing; without an action it toggles."""

    assistants: Assistants

    def __call__(self, request: ArchiveConfiguration) -> Assistant:
        """Raises NotFound."""
        return self.assistants.archive(
            user_id=request.user_id,
            assistant_uuid=request.assistant_uuid,
            is_archived=IS_ARCHIVED[request.action],
        )
