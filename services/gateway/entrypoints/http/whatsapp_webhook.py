"""The webhook that Meta's Cloud API calls: each channel has its own address."""

import base64
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import PlainTextResponse
from pydantic import Field

from contracts.errors import NotAuthenticated
from contracts.rpc.assistants.whatsapp import (
    MAX_BODY_BYTES,
    ReceiveWhatsApp,
    VerifyWhatsApp,
    WhatsAppReceived,
)
from contracts.shapes import Shape
from services.gateway.entrypoints.http.body import QueryOf, arriving_within, asking, limited
from services.gateway.entrypoints.http.credentials import App
from services.gateway.entrypoints.http.routing import public_router

router = public_router("whatsapp")
WEBHOOK = "/webhooks/whatsapp/{channel_uuid:uuid}/"


class Verification(Shape):
    """What Meta adds to the webhook's address when it is set up."""

    mode: str = Field(default="", alias="hub.mode")
    verify_token: str = Field(default="", alias="hub.verify_token")
    challenge: str = Field(default="", alias="hub.challenge", max_length=1_000)


@router.get(WEBHOOK, include_in_schema=False)
async def verify_whatsapp(
    app: App,
    channel_uuid: UUID,
    query: Annotated[Verification, Depends(QueryOf(Verification))],
) -> PlainTextResponse:
    """Meta asks whether this is the place: its challenge comes back as it was."""
    if query.mode != "subscribe":
        raise NotAuthenticated("hub.mode must be subscribe.")
    request = asking(VerifyWhatsApp, channel_uuid=channel_uuid, verify_token=query.verify_token)
    await app.whatsapp.verify_whatsapp(request)
    # as a download, never as a page: the challenge is the caller's text
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment"}
    return PlainTextResponse(query.challenge, headers=headers)


@router.post(WEBHOOK, include_in_schema=False)
async def receive_whatsapp(app: App, channel_uuid: UUID, request: Request) -> WhatsAppReceived:
    """Messages are kept, and answered later. The signature is over the bytes as they came."""
    async with arriving_within(app.limits.json_s):
        raw = b"".join([chunk async for chunk in limited(request, limit=MAX_BODY_BYTES)])
    asked = asking(
        ReceiveWhatsApp,
        channel_uuid=channel_uuid,
        signature=request.headers.get("x-hub-signature-256", ""),
        body=base64.b64encode(raw).decode(),
    )
    return await app.whatsapp.receive_whatsapp(asked)
