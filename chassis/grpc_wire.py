"""gRPC for asyncio processes: errors to statuses and back, the request id, a server with a clean end."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import structlog
from grpc import aio

from chassis.door_errors import as_service_error
from chassis.logs import current_request_id
from contracts.errors import ServiceError, Unavailable, from_wire

log = structlog.get_logger(__name__)
ERROR_KEY = "parlance-error"
REQUEST_ID_KEY = "x-request-id"
GRACE_S = 5
OPTIONS = [
    ("grpc.max_receive_message_length", 32 * 1024 * 1024),
    ("grpc.max_send_message_length", 32 * 1024 * 1024),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
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


def outgoing_metadata() -> list[tuple[str, str]]:
    """Metadata for a call from here: the request id bound to this context."""
    return [(REQUEST_ID_KEY, current_request_id())]


def remote_error(error: aio.AioRpcError, *, capability: str) -> ServiceError:
    """The error behind a status; one that the other side did not raise itself is Unavailable."""
    for key, value in error.trailing_metadata() or ():
        if key == ERROR_KEY:
            return from_wire(json.loads(value))
    log.warning(
        "grpc_away", capability=capability, status=error.code().name, reason=error.details()
    )
    return Unavailable.of(capability)


async def serve_grpc(
    *,
    address: str,
    register: Callable[[aio.Server], None],
    on_ready: Callable[[], None],
    on_stop: Callable[[], Awaitable[None]],
) -> None:
    """Serve on `address` (host:port) until SIGTERM or SIGINT; calls under way have GRACE_S to end."""
    server = aio.server(options=OPTIONS)
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


def channel(address: str) -> aio.Channel:
    """A channel to another process of ours; it reconnects within two seconds of its return."""
    return aio.insecure_channel(address, options=OPTIONS)
