"""assistants answers: the WhatsApp channel of an assistant, and what Meta's Cloud API tells it.

Whole answers for WhatsApp are gRPC (`protos/assistants/v1/whatsapp.proto`).
"""

from typing import Annotated, Protocol
from uuid import UUID

from pydantic import BeforeValidator, Field

from contracts.rpc.assistants.configurations import AssistantOf
from contracts.shapes import Instant, Partial, Shape

MAX_BODY_BYTES = 512 * 1024
"""Of one webhook call; encoded it is two thirds of a message of the bus."""


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


# Printable ASCII without spaces: they travel in headers and query parameters.
Secret = Annotated[
    str, BeforeValidator(_stripped), Field(pattern=r"^[!-~]+$", min_length=1, max_length=1_000)
]


class WhatsAppFields(Partial):
    """What Meta's app dashboard says, and the token that the webhook is verified with; all are needed once.

    Sent back masked, a secret stays as it is.
    """

    phone_number_id: Annotated[
        str, BeforeValidator(_stripped), Field(pattern=r"^[0-9]{1,32}$", max_length=32)
    ] = ""
    access_token: Secret = ""
    app_secret: Secret = ""
    verify_token: Secret = ""


class SaveWhatsApp(AssistantOf):
    """Make the channel, or change it: absent fields stay as they are."""

    fields: WhatsAppFields


class WhatsAppChannel(Shape):
    """Secrets are masked. `last_error`: why the last answer could not be sent, until one can again."""

    channel_uuid: UUID
    phone_number_id: str
    access_token: str
    app_secret: str
    verify_token: str
    last_error: str | None
    created_at: Instant
    updated_at: Instant


class WhatsAppRemoved(Shape):
    """With its senders and messages; the conversations stay."""

    assistant_uuid: UUID


class VerifyWhatsApp(Shape):
    """Meta asks, when the webhook is set up, whether this is the place."""

    channel_uuid: UUID
    verify_token: Annotated[str, Field(max_length=2_000)]


class WhatsAppVerified(Shape):
    """It is."""

    channel_uuid: UUID


class ReceiveWhatsApp(Shape):
    """A webhook call: the raw body in base64, and the header X-Hub-Signature-256."""

    channel_uuid: UUID
    signature: Annotated[str, Field(max_length=200)]
    body: Annotated[str, Field(max_length=MAX_BODY_BYTES * 4 // 3 + 4)]


class WhatsAppReceived(Shape):
    """How many messages were kept to be answered; those known already are not counted."""

    messages: int


class WhatsAppChannels(Protocol):
    """Of RPC service `assistants`. NotFound has `what`: assistant, channel."""

    def get_whatsapp(self, request: AssistantOf) -> WhatsAppChannel:
        """Raises NotFound (assistant; channel: it has none)."""

    def save_whatsapp(self, request: SaveWhatsApp) -> WhatsAppChannel:
        """Raises NotFound (assistant), InvalidRequest (a field of a new channel is missing)."""

    def delete_whatsapp(self, request: AssistantOf) -> WhatsAppRemoved:
        """Raises NotFound (assistant, channel)."""

    def verify_whatsapp(self, request: VerifyWhatsApp) -> WhatsAppVerified:
        """Raises NotFound (channel), NotAuthenticated (another token)."""

    def receive_whatsapp(self, request: ReceiveWhatsApp) -> WhatsAppReceived:
        """Kept before it returns, answered later. Raises NotFound (channel), NotAuthenticated (the
        signature), InvalidRequest (no JSON object)."""
