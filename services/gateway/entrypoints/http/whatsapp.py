"""Endpoint 15, and the WhatsApp channel of an assistant."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field

from contracts.rpc.assistants.configurations import AssistantOf
from contracts.rpc.assistants.whatsapp import SaveWhatsApp, WhatsAppChannel, WhatsAppFields
from contracts.shapes import Shape
from services.gateway.domain.limits import check_messages
from services.gateway.entrypoints.http.bodies import ChatMessage, Message
from services.gateway.entrypoints.http.body import BodyOf
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.routing import private_router
from services.gateway.entrypoints.http.whatsapp_webhook import WEBHOOK

router = private_router("whatsapp")
CHANNEL = "/api/analytics/assistant/{assistant_uuid:uuid}/whatsapp/"


class WhatsAppQuestion(Shape):
    """Endpoint 15: as endpoint 1, but the assistant has to be named."""

    messages: Annotated[list[ChatMessage], Field(json_schema_extra={"minItems": 1})]
    model_uuid: UUID


class Channel(WhatsAppChannel):
    """`webhook_path`: what Meta's dashboard gets as callback URL, behind this server's address."""

    webhook_path: str


QUESTION = BodyOf(
    WhatsAppQuestion,
    example={
        "model_uuid": "0b6f2f6e-6d5a-4b6e-9d4e-0d3a8f9f7f10",
        "messages": [{"role": "user", "content": "How long is the warranty?"}],
    },
)
FIELDS = BodyOf(
    WhatsAppFields,
    example={
        "phone_number_id": "106540352242922",
        "access_token": "EAAG...",
        "app_secret": "8f7d...",
        "verify_token": "a-word-of-your-own",
    },
)


@router.post("/api/analytics/wa-chat/", summary="Answer for WhatsApp", responses={404: {}, 409: {}})
async def answer_for_whatsapp(
    app: App, user_id: Caller, body: Annotated[WhatsAppQuestion, Depends(QUESTION)]
) -> Message:
    """The whole answer, at most 4096 characters, in WhatsApp's formatting, its sources at the end."""
    check_messages((each.content for each in body.messages), limits=app.limits)
    with referring(assistant="model_uuid"):
        answer = await app.whole_answers.for_whatsapp(
            user_id=user_id,
            assistant_uuid=body.model_uuid,
            messages=[(each.role, each.content) for each in body.messages],
        )
    return Message(message=answer)


@router.get(CHANNEL, summary="Get the WhatsApp channel of an assistant")
async def get_whatsapp(app: App, user_id: Caller, assistant_uuid: UUID) -> Channel:
    """Secrets are masked. 404 where it has none."""
    which = AssistantOf(user_id=user_id, assistant_uuid=assistant_uuid)
    return _shown(await app.whatsapp.get_whatsapp(which))


@router.put(CHANNEL, summary="Connect an assistant to WhatsApp")
async def save_whatsapp(
    app: App,
    user_id: Caller,
    assistant_uuid: UUID,
    body: Annotated[WhatsAppFields, Depends(FIELDS)],
) -> Channel:
    """All fields the first time; later absent and masked ones stay. Then set up the webhook at Meta."""
    request = SaveWhatsApp(user_id=user_id, assistant_uuid=assistant_uuid, fields=body)
    return _shown(await app.whatsapp.save_whatsapp(request))


@router.delete(CHANNEL, status_code=204, summary="Disconnect an assistant from WhatsApp")
async def delete_whatsapp(app: App, user_id: Caller, assistant_uuid: UUID) -> Response:
    """The webhook is gone; the conversations stay."""
    which = AssistantOf(user_id=user_id, assistant_uuid=assistant_uuid)
    await app.whatsapp.delete_whatsapp(which)
    return Response(status_code=204)


def _shown(channel: WhatsAppChannel) -> Channel:
    path = WEBHOOK.replace("{channel_uuid:uuid}", str(channel.channel_uuid))
    return Channel(**channel.model_dump(), webhook_path=path)
