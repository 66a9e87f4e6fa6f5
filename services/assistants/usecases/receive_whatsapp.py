"""Take what Meta tells a webhook: proved to be Meta, kept once, answered later."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from contracts.errors import InvalidRequest, NotAuthenticated
from contracts.rpc.assistants.whatsapp import (
    ReceiveWhatsApp,
    VerifyWhatsApp,
    WhatsAppReceived,
    WhatsAppVerified,
)
from services.assistants.domain.whatsapp_webhook import incoming, is_same, is_signed
from services.assistants.ports import WhatsAppChannels, WhatsAppInbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyWhatsAppWebhook:
    """Once, when somebody sets the webhook up at Meta."""

    channels: WhatsAppChannels

    def __call__(self, request: VerifyWhatsApp) -> WhatsAppVerified:
        """Raises NotFound (channel), NotAuthenticated."""
        called = self.channels.called(request.channel_uuid)
        if not is_same(called.secrets.verify_token, request.verify_token):
            raise NotAuthenticated("The verify token is wrong.")
        return WhatsAppVerified(channel_uuid=request.channel_uuid)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveWhatsAppMessages:
    """`per_minute`: messages of one sender that are answered; one more is told so, others are ignored."""

    channels: WhatsAppChannels
    inbox: WhatsAppInbox
    per_minute: int
    now: Callable[[], datetime]

    def __call__(self, request: ReceiveWhatsApp) -> WhatsAppReceived:
        """Raises NotFound (channel), NotAuthenticated, InvalidRequest."""
        called = self.channels.called(request.channel_uuid)
        body = _decoded(request.body)
        if not is_signed(body, request.signature, app_secret=called.secrets.app_secret):
            raise NotAuthenticated("The signature is wrong.")
        found = incoming(body, phone_number_id=called.phone_number_id, now=self.now())
        new = self.inbox.keep(called.id, found, per_minute=self.per_minute) if found else 0
        log.info("whatsapp_received", messages=len(found), new=new)
        return WhatsAppReceived(messages=new)


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise InvalidRequest.on("body", "Must be base64.") from None
