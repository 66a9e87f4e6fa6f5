"""The asking side of gRPC: a channel, the request id, errors from statuses. Knows no database."""

import json

import structlog
from grpc import aio

from chassis.logs import current_request_id
from contracts.errors import ServiceError, Unavailable, from_wire

log = structlog.get_logger(__name__)
ERROR_KEY = "parlance-error"
REQUEST_ID_KEY = "x-request-id"
OPTIONS = [
    ("grpc.max_receive_message_length", 32 * 1024 * 1024),
    ("grpc.max_send_message_length", 32 * 1024 * 1024),
    ("grpc.max_metadata_size", 64 * 1024),  # errors travel there, in any script
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
]


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


def channel(address: str) -> aio.Channel:
    """A channel to another process of ours; it reconnects within two seconds of its return."""
    return aio.insecure_channel(address, options=OPTIONS)
