"""POST /v2/chat: streamed or whole."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from services.models.domain.answer import Piece
from services.models.domain.refusals import Refusal
from services.models.entrypoints.chat_schema import ChatBody
from services.models.entrypoints.chat_wire import EventWriter, collect
from services.models.wiring import ModelServer

log = structlog.get_logger()
router = APIRouter()


@router.post("/v2/chat")
async def chat(body: ChatBody, request: Request) -> Response:
    """An answer by the model named in the body."""
    server: ModelServer = request.app.state.server
    pieces = server.chat_model(body.model).answer(body.to_request())
    if not body.stream:
        async with asyncio.timeout(server.settings.deadline_seconds), aclosing(pieces):
            return JSONResponse(await collect(pieces))
    # The first piece is awaited here: what is refused is refused with a status, not in the stream.
    async with asyncio.timeout(server.settings.deadline_seconds):
        first = await anext(pieces)
    return StreamingResponse(
        _events(first, pieces, server.settings.deadline_seconds),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _events(
    first: Piece, pieces: AsyncGenerator[Piece], deadline: float
) -> AsyncIterator[str]:
    writer = EventWriter()
    try:
        async with asyncio.timeout(deadline), aclosing(pieces):
            yield writer.start() + writer.piece(first)
            async for piece in pieces:
                yield writer.piece(piece)
    except TimeoutError:
        yield writer.timeout()
    except Refusal as refusal:
        yield writer.failure(refusal.message)
    except Exception:
        log.exception("chat_stream_failed")
        yield writer.failure("The model failed.")
