"""gRPC for asyncio processes: errors to statuses, the caller's request id, a server with a clean end."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import structlog
from grpc import aio

from chassis.door_errors import as_service_error
from chassis.grpc_client import (
    ERROR_KEY,
    OPTIONS,
    REQUEST_ID_KEY,
    channel,
    outgoing_metadata,
    remote_error,
)

log = structlog.get_logger(__name__)
GRACE_S = 5
# Callers ping through long silences (a slow model); a server's default takes that for misuse and
# hangs up on every call of the connection after about two minutes.
SERVER_OPTIONS = [*OPTIONS, ("grpc.http2.max_ping_strikes", 0)]
__all__ = [
    "ERROR_KEY",
    "channel",
    "end_with_status",
    "outgoing_metadata",
    "remote_error",
    "request_id_of",
    "serve_grpc",
]


async def end_with_status(context: Any, error: Exception) -> None:
    """End the call with the error's gRPC status; the whole error travels in the trailing metadata."""
    told = as_service_error(error)
    # ASCII only in metadata: json escapes everything else.
    context.set_trailing_metadata([(ERROR_KEY, json.dumps(told.to_wire()))])
    await context.abort(getattr(grpc.StatusCode, told.grpc_status), told.detail)


def request_id_of(context: Any) -> str | None:
    """The caller's request id, from the call's metadata."""
    for key, value in context.invocation_metadata() or ():
        if key == REQUEST_ID_KEY:
            return str(value)
    return None


async def serve_grpc(
    *,
    address: str,
    register: Callable[[aio.Server], None],
    on_ready: Callable[[], None],
    on_stop: Callable[[], Awaitable[None]],
) -> None:
    """Serve on `address` (host:port) until SIGTERM or SIGINT; calls under way have GRACE_S to end."""
    server = aio.server(options=SERVER_OPTIONS)
    register(server)
    server.add_insecure_port(address)
    await server.start()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    on_ready()
    log.info("serving", address=address)
    await stop.wait()
    await server.stop(GRACE_S)
    await on_stop()
    log.info("stopped")
