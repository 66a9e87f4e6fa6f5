"""Endpoint 1: a streamed answer, one JSON object per line."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import Depends, Response
from starlette.types import Receive, Scope, Send

from services.gateway.domain.limits import check_messages
from services.gateway.entrypoints.http.bodies import Question
from services.gateway.entrypoints.http.body import BodyOf
from services.gateway.entrypoints.http.chat_lines import NDJSON, STREAMED
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.errors import referring
from services.gateway.entrypoints.http.routing import private_router
from services.gateway.ports import ChatLine

router = private_router("chat")
QUESTION = BodyOf(
    Question, example={"messages": [{"role": "user", "content": "How long is the warranty?"}]}
)


@router.post(
    "/api/analytics/stream/",
    summary="Stream an answer",
    response_class=Response,
    responses={200: STREAMED, 404: {}, 409: {}},
)
async def stream_answer(
    app: App, user_id: Caller, body: Annotated[Question, Depends(QUESTION)]
) -> Response:
    """Each line is a JSON object with a `type`; the last one is `done`.

    What fails before the first line is an HTTP error; what fails later is an `error` line, then
    `done`. Hanging up stops the model.
    """
    check_messages((each.content for each in body.messages), limits=app.limits)
    lines = app.chat.answer(
        user_id=user_id,
        assistant_uuid=body.assistant_uuid or body.model_uuid,
        conversation_id=body.conversation_id,
        messages=[(each.role, each.content) for each in body.messages],
    )
    field = "assistant_uuid" if body.assistant_uuid else "model_uuid"
    with referring(assistant=field, conversation="conversation_id"):
        first = await anext(lines)
    return Lines(first, lines)


class Lines(Response):
    """An answer of JSON lines, each sent as soon as it is there."""

    media_type = NDJSON

    def __init__(self, first: ChatLine, rest: AsyncIterator[ChatLine]) -> None:
        super().__init__(headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        del self.headers["Content-Length"]
        self.first = first
        self.rest: Any = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def put(body: bytes, *, more: bool = True) -> None:
            await send({"type": "http.response.body", "body": body, "more_body": more})

        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        async with aclosing(self.rest):
            await send(start)
            await put(as_bytes(self.first))
            async for line in self.rest:
                await put(as_bytes(line))
        await put(b"", more=False)


def as_bytes(line: ChatLine) -> bytes:
    """UTF-8, one line."""
    return (
        json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        + b"\n"
    )
