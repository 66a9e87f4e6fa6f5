"""assistants' WhatsApp channels over RPC, one method per method of their protocol."""

from contracts.rpc.assistants import whatsapp
from contracts.rpc.assistants.configurations import AssistantOf
from services.gateway.adapters.rpc.service import Service


class WhatsAppRpc(Service):
    """The port `WhatsApp`."""

    SERVICE = "assistants"
    CAPABILITY = "The assistants service"

    async def get_whatsapp(self, request: AssistantOf) -> whatsapp.WhatsAppChannel:
        return await self._ask("get_whatsapp", request, whatsapp.WhatsAppChannel)

    async def save_whatsapp(self, request: whatsapp.SaveWhatsApp) -> whatsapp.WhatsAppChannel:
        return await self._ask("save_whatsapp", request, whatsapp.WhatsAppChannel)

    async def delete_whatsapp(self, request: AssistantOf) -> whatsapp.WhatsAppRemoved:
        return await self._ask("delete_whatsapp", request, whatsapp.WhatsAppRemoved)

    async def verify_whatsapp(self, request: whatsapp.VerifyWhatsApp) -> whatsapp.WhatsAppVerified:
        return await self._ask("verify_whatsapp", request, whatsapp.WhatsAppVerified)

    async def receive_whatsapp(
        self, request: whatsapp.ReceiveWhatsApp
    ) -> whatsapp.WhatsAppReceived:
        return await self._ask("receive_whatsapp", request, whatsapp.WhatsAppReceived)
