"""Endpoints 38 and 39: is anybody there, and does streaming reach me?"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse

from services.gateway.domain.lorem import STEPS
from services.gateway.entrypoints.http.bodies import Message
from services.gateway.entrypoints.http.routing import public_router

router = public_router("hello")
STEP_S = 0.03


@router.get("/api/hello/", summary="Say hello")
async def hello() -> Message:
    """Answers while the gateway runs. The text is the documented one, literally."""
    return Message(message="Hello from Django API!")


@router.get(
    "/api/stream/",
    summary="Stream lorem ipsum",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"example": "".join(STEPS[:8])}}}},
)
async def stream(request: Request) -> Response:
    """Plain text, word by word, so that a front end can see whether streaming gets through."""
    if request.method == "HEAD":
        return PlainTextResponse()
    return StreamingResponse(
        _words(),
        media_type="text/plain",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _words() -> AsyncIterator[str]:
    for step in STEPS:
        yield step
        await asyncio.sleep(STEP_S)
