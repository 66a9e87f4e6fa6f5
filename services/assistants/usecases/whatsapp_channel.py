"""The WhatsApp channel of an assistant: shown, made, changed, removed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.errors import InvalidRequest
from contracts.rpc.assistants.configurations import AssistantOf
from contracts.rpc.assistants.tools import MASK
from contracts.rpc.assistants.whatsapp import (
    SaveWhatsApp,
    WhatsAppChannel,
    WhatsAppFields,
    WhatsAppRemoved,
)
from services.assistants.ports import WhatsAppChannels


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageWhatsApp:
    """Whoever may change the assistant may change its channel."""

    channels: WhatsAppChannels

    def show(self, request: AssistantOf) -> WhatsAppChannel:
        """Raises NotFound."""
        return self.channels.get(user_id=request.user_id, assistant_uuid=request.assistant_uuid)

    def save(self, request: SaveWhatsApp, *, new_uuid: UUID) -> WhatsAppChannel:
        """Raises NotFound, InvalidRequest (what a new channel lacks)."""

        def check(missing: set[str]) -> None:
            if missing:
                told = {name: ["This field is required."] for name in sorted(missing)}
                raise InvalidRequest(fields=told)

        return self.channels.save(
            user_id=request.user_id,
            assistant_uuid=request.assistant_uuid,
            new_uuid=new_uuid,
            changes=_changes(request.fields),
            check=check,
        )

    def remove(self, request: AssistantOf) -> WhatsAppRemoved:
        """Raises NotFound."""
        self.channels.delete(user_id=request.user_id, assistant_uuid=request.assistant_uuid)
        return WhatsAppRemoved(assistant_uuid=request.assistant_uuid)


def _changes(fields: WhatsAppFields) -> dict[str, Any]:
    return {name: value for name, value in fields.changes().items() if value != MASK}
