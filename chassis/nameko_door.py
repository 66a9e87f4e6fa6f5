"""Doors of a nameko service: `answers` for RPC, `listens` for events. Errors are mapped once, here."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import structlog
from kombu import Queue
from kombu.exceptions import OperationalError
from nameko.amqp.publish import Publisher, get_connection
from nameko.constants import AMQP_URI_CONFIG_KEY
from nameko.events import SERVICE_POOL, EventHandler
from nameko.exceptions import registry
from nameko.extensions import DependencyProvider
from nameko.rpc import rpc
from prometheus_client import Histogram

from chassis.bus_json import encoded
from chassis.door_errors import as_service_error
from chassis.quorum import parking_queue, retry_queue, work_arguments
from contracts.errors import ERRORS, ServiceError
from contracts.events.envelope import Envelope, Event
from contracts.shapes import Shape

log = structlog.get_logger(__name__)
APPLICATION_KEY = "application"
CALLS = Histogram("parlance_rpc_seconds", "RPC calls answered.", ["service", "method", "outcome"])

for _kind in ERRORS.values():
    # What `contracts.errors` raised there, nameko raises here: detail and extra are its args.
    registry[f"{_kind.__module__}.{_kind.__name__}"] = _kind.rebuild


class Wired(DependencyProvider):
    """The process's Application, made once at start; binds the caller's request id to the worker."""

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.container.config[APPLICATION_KEY]

    def worker_setup(self, worker_ctx: Any) -> None:
        structlog.contextvars.clear_contextvars()
        if request_id := worker_ctx.data.get("request_id"):
            structlog.contextvars.bind_contextvars(request_id=request_id)


class NewUuid(DependencyProvider):
    """A UUID for what this call makes: the same one when the broker delivers the call again.

    It comes from the id that the caller gave to the call. nameko's standalone proxies give all of
    their calls one id; theirs get a random UUID.
    """

    def get_dependency(self, worker_ctx: Any) -> UUID:
        callers = worker_ctx.call_id_stack[:-1]
        if not callers or callers[-1].startswith("standalone_"):
            return uuid4()
        return uuid5(NAMESPACE_OID, callers[-1])


def answers(shape: type[Shape]) -> Callable[[Callable[..., Shape]], Any]:
    """Make a method an RPC method `name(request: dict) -> dict` over `shape`."""

    def door(method: Callable[..., Shape]) -> Any:
        @wraps(method)
        def answer(self: Any, request: dict[str, Any] | None = None) -> dict[str, Any]:
            outcome, started = "ok", time.perf_counter()
            try:
                answered = method(self, shape.from_wire(request or {})).to_wire()
                encoded(answered)  # too long an answer would cost every service its channel
                return answered
            except Exception as error:
                outcome, told = type(error).__name__, as_service_error(error)
                raise told from error
            finally:
                took_s = time.perf_counter() - started
                CALLS.labels(self.name, method.__name__, outcome).observe(took_s)
                log.info(
                    "rpc_answered",
                    method=method.__name__,
                    outcome=outcome,
                    took_ms=round(took_s * 1000, 1),
                )

        return rpc(expected_exceptions=ServiceError)(answer)

    return door


class ReliableEventHandler(EventHandler):
    """nameko's handler on a quorum queue: an event whose handler raised is tried again, then parked.

    nameko itself acknowledges such an event (lost) or requeues it at once (a hot loop). The queue
    is named after the handler, so a handler that is renamed needs a migration of its queue.
    """

    def __init__(self, source_service: str, event_type: str, **options: Any) -> None:
        self.delays_s: tuple[int, ...] = options.pop("delays_s", (1, 5, 30, 300))
        super().__init__(source_service, event_type, handler_type=SERVICE_POOL, **options)

    def setup(self) -> None:
        super().setup()
        name = self.queue.name
        self.queue.queue_arguments = work_arguments(name)
        self.parking = parking_queue(name)
        self.retries = [retry_queue(name, delay_s) for delay_s in self.delays_s]
        uri = self.container.config[AMQP_URI_CONFIG_KEY]
        with get_connection(uri) as connection:
            channel = connection.channel()
            for queue in (self.parking, *self.retries):
                queue(channel).declare()
            channel.close()
        self.publisher = Publisher(uri, use_confirms=True, mandatory=True)

    def handle_message_processed(
        self, message: Any, _result: Any = None, exc_info: Any = None
    ) -> None:
        if exc_info is not None and not self._moved(message, exc_info[1]):
            return  # not acknowledged: the broker delivers it again
        self.queue_consumer.ack_message(message)

    def _moved(self, message: Any, error: BaseException) -> bool:
        attempt = int(message.headers.get("x-attempt", 1))
        queue: Queue = self.parking if attempt > len(self.delays_s) else self.retries[attempt - 1]
        log.warning("event_failed", queue=queue.name, attempt=attempt, reason=repr(error)[:300])
        headers = {**message.headers, "x-attempt": attempt + 1, "x-last-error": repr(error)[:500]}
        try:
            self.publisher.publish(
                message.payload,
                exchange="",
                routing_key=queue.name,
                message_id=message.properties.get("message_id"),
                headers=headers,
            )
        except (OperationalError, OSError) as failure:
            log.warning("event_not_moved", reason=repr(failure))
            return False
        return True


def listens(event: type[Event]) -> Callable[[Callable[..., None]], Any]:
    """Make a method `on_<event>(event, message_id)` a reliable handler of `event`."""

    def door(method: Callable[..., None]) -> Any:
        @wraps(method)
        def receive(self: Any, payload: dict[str, Any]) -> None:
            envelope = Envelope.from_wire(payload)
            structlog.contextvars.bind_contextvars(request_id=envelope.request_id)
            method(self, event.from_wire(envelope.data), envelope.id)

        handler = ReliableEventHandler.decorator(event.service(), event.routing_key())
        return handler(receive)

    return door
