"""WhatsApp channels over RPC: a part of the service `assistants`."""

from uuid import UUID

from chassis.nameko_door import NewUuid, Wired, answers
from contracts.rpc.assistants.configurations import AssistantOf
from contracts.rpc.assistants.whatsapp import (
    ReceiveWhatsApp,
    SaveWhatsApp,
    VerifyWhatsApp,
    WhatsAppChannel,
    WhatsAppReceived,
    WhatsAppRemoved,
    WhatsAppVerified,
)
from services.assistants.wiring.rpc import Application


class WhatsAppDoor:
    """The protocol `contracts.rpc.assistants.whatsapp.WhatsAppChannels`."""

    name = "assistants"
    app: Application = Wired()
    new_uuid: UUID = NewUuid()

    @answers(AssistantOf)
    def get_whatsapp(self, request: AssistantOf) -> WhatsAppChannel:
        return self.app.whatsapp.show(request)

    @answers(SaveWhatsApp)
    def save_whatsapp(self, request: SaveWhatsApp) -> WhatsAppChannel:
        return self.app.whatsapp.save(request, new_uuid=self.new_uuid)

    @answers(AssistantOf)
    def delete_whatsapp(self, request: AssistantOf) -> WhatsAppRemoved:
        return self.app.whatsapp.remove(request)

    @answers(VerifyWhatsApp)
    def verify_whatsapp(self, request: VerifyWhatsApp) -> WhatsAppVerified:
        return self.app.verify_whatsapp(request)

    @answers(ReceiveWhatsApp)
    def receive_whatsapp(self, request: ReceiveWhatsApp) -> WhatsAppReceived:
        return self.app.receive_whatsapp(request)
