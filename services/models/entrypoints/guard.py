"""Stands before every route: checks the bearer token, bounds the body, counts requests."""

import asyncio
import hmac
import json
import time
import uuid
from collections.abc import Awaitable

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.models.domain.refusals import BodyTooLarge, Refusal, Unauthorized

_OPEN_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
_PATHS = frozenset({"/v2/chat", "/v2/embed", "/v2/rerank", "/v1/models"})
REQUESTS = Counter("parlance_models_requests", "Requests by path and status", ["path", "status"])
HANG_UPS = Counter("parlance_models_hang_ups", "Requests whose client left before the end")
SECONDS = Histogram(
    "parlance_models_request_seconds",
    "Seconds to the end of the answer, streams included",
    ["path"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120),
)


class Guard:
    """An ASGI middleware."""

    def __init__(self, app: ASGIApp, *, api_key: str, body_limit_bytes: int) -> None:
        self._app = app
        self._api_key = api_key
        self._limit = body_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in _OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        path = scope["path"] if scope["path"] in _PATHS else "other"
        started = time.perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                REQUESTS.labels(path, message["status"]).inc()
            await send(message)

        try:
            self._authorise(scope)
            body = await self._body(scope, receive)
            await _while_connected(self._app(scope, _replay(body, receive), counted), receive)
        except Refusal as refusal:
            await _refuse(refusal, counted)
        finally:
            SECONDS.labels(path).observe(time.perf_counter() - started)

    def _authorise(self, scope: Scope) -> None:
        if not self._api_key:
            return
        sent = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(sent, f"Bearer {self._api_key}".encode()):
            raise Unauthorized("The bearer token is missing or wrong.")

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._limit:
            raise BodyTooLarge(f"The body may have {self._limit} bytes.")
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._limit:
                raise BodyTooLarge(f"The body may have {self._limit} bytes.")
            more = message["type"] == "http.request" and message.get("more_body", False)
        return b"".join(chunks)


async def _while_connected(work: Awaitable[None], receive: Receive) -> None:
    """Await `work`; cancel it, and so the model, when the client hangs up before its end."""
    working = asyncio.ensure_future(work)
    watching = asyncio.create_task(_disconnected(receive))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            # Also what a client that has its whole answer looks like: give the end a moment.
            await asyncio.wait({working}, timeout=0.1)
        if working.done():
            working.result()
        else:
            HANG_UPS.inc()
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, then what the connection says (that it is gone)."""
    pending = [body]

    async def replay() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return replay


async def _refuse(refusal: Refusal, send: Send) -> None:
    body = json.dumps({"id": str(uuid.uuid4()), "message": refusal.message}).encode()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
