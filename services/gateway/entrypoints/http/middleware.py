"""What happens around every request: its id, its log line, hanging up, and the last resort."""

import asyncio
import re
import time

import structlog
from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.logs import new_request_id, request_bound
from services.gateway.entrypoints.http.errors import internal_error

log = structlog.get_logger(__name__)
SAFE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
HUNG_UP = 499
UNMATCHED = "(no such path)"
SECONDS = Histogram(
    "parlance_http_seconds", "HTTP requests answered.", ["method", "path", "status"]
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLog:
    """Binds the request id, echoes it, and writes one line per request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, started = HUNG_UP, time.perf_counter()
        with request_bound(_request_id(scope)) as request_id:

            async def send_with_id(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    MutableHeaders(scope=message)["X-Request-ID"] = request_id
                await send(message)

            scope.setdefault("state", {})
            try:
                await self.app(scope, receive, send_with_id)
            finally:
                _note(scope, status=status, seconds=time.perf_counter() - started)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if SAFE_ID.fullmatch(given) else new_request_id()


def _note(scope: Scope, *, status: int, seconds: float) -> None:
    path = getattr(scope.get("route"), "path_format", UNMATCHED)
    method = scope["method"] if scope["method"] in METHODS else "(other)"
    SECONDS.labels(method, path, status).observe(seconds)
    log.info(
        "http_request",
        method=method,
        path=path,
        status=status,
        ms=round(seconds * 1000, 1),
        user_id=scope["state"].get("user_id"),
        hung_up=scope["state"].get("hung_up", False),
    )


class CancelOnHangUp:
    """Cancels the work for a client that has gone, whatever it was waiting for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        line = _Line(receive, send, has_body=_announces_body(Headers(scope=scope)))
        try:
            await self.app(scope, line.receive, line.send)
        except asyncio.CancelledError:
            if not line.is_cut:
                raise
            line.worker.uncancel()
        except ClientDisconnect:
            line.is_cut = True
        finally:
            scope["state"]["hung_up"] = line.is_cut
            line.unwatch()


def _announces_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


class _Line:
    """The connection of one request; once the body is read, somebody listens for its end."""

    def __init__(self, receive: Receive, send: Send, *, has_body: bool) -> None:
        worker = asyncio.current_task()
        assert worker is not None
        self.worker = worker
        self.is_cut = False
        self._is_answered = False
        self._receive = receive
        self._send = send
        self._watcher: asyncio.Task[None] | None = None
        self._owes_empty_body = not has_body
        if not has_body:
            self.watch()

    async def receive(self) -> Message:
        if self._owes_empty_body:
            self._owes_empty_body = False
            return {"type": "http.request", "body": b"", "more_body": False}
        if self._watcher is not None:
            await self._watcher
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            self.watch()
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._is_answered = True
        await self._send(message)

    def watch(self) -> None:
        self._watcher = asyncio.create_task(self._wait_for_the_end())

    def unwatch(self) -> None:
        if self._watcher:
            self._watcher.cancel()

    async def _wait_for_the_end(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if not self._is_answered:
            self.is_cut = True
            self.worker.cancel()


class LastResort:
    """Answers what nobody caught: logged once, told without detail."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def send_noting(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except ClientDisconnect:
            raise
        except Exception as error:
            if scope["type"] != "http" or has_started:
                raise
            log.exception("unexpected_error", exc_info=error)
            await internal_error()(scope, receive, send)


class OtherOrigins(CORSMiddleware):
    """CORS; a preflight from an origin that is not ours is answered without permission."""

    def __init__(self, app: ASGIApp, *, origins: tuple[str, ...]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=sorted(METHODS - {"HEAD"}),
            allow_headers=["*"],
            allow_credentials="*" not in origins,
            expose_headers=["X-Request-ID", "Retry-After", "Content-Disposition"],
            max_age=600,
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        if response.status_code == 200:
            return response
        return PlainTextResponse("", headers={"Vary": "Origin"})
