"""nameko's RPC wire protocol for asyncio processes, on aio-pika.

request: exchange `nameko-rpc`, key `<service>.<method>`, mandatory; reply_to and correlation_id;
         headers `nameko.<context key>`; body {"args": [...], "kwargs": {...}}; expires at its deadline.
reply:   same exchange, key = reply_to; body {"result": ..., "error": null | {"exc_type", "exc_args"}}.
"""

import asyncio
import json
from typing import Any, Self, TypeVar
from uuid import uuid4

import aio_pika
import structlog
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, DeliveryError

from chassis.bus_json import MAX_MESSAGE_BYTES, MessageTooLong, encoded
from chassis.logs import current_request_id
from contracts.errors import ERRORS, InternalError, ServiceError, TooLarge, Unavailable
from contracts.shapes import Shape

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer", bound=Shape)
AWAY = (AMQPError, ConnectionError, OSError, RuntimeError)
"""What aio-pika raises while the broker cannot be reached (RuntimeError: a closed channel)."""


class RpcClient:
    """One connection, any number of calls at a time. Reconnects by itself; calls fail at once meanwhile."""

    def __init__(self, url: str, *, name: str, timeout_s: float) -> None:
        self.url = url
        self.name = name
        self.timeout_s = timeout_s
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._reply_to = str(uuid4())
        self._connecting: asyncio.Task[None] | None = None
        self._is_open = asyncio.Event()

    async def start(self) -> Self:
        """Begin to connect; does not wait for the broker."""
        self._connecting = asyncio.create_task(self._connect())
        return self

    async def _connect(self) -> None:
        while True:
            try:
                await self._set_up()
            except (*AWAY, TimeoutError) as error:
                log.warning("broker_away", reason=repr(error))
                await asyncio.sleep(1)
            else:
                self._is_open.set()
                return

    async def _set_up(self) -> None:
        """Connection, channels and the reply queue; from then on aio-pika brings them back itself."""
        connection = await aio_pika.connect_robust(
            self.url, heartbeat=30, timeout=5, client_properties={"connection_name": self.name}
        )
        try:
            async with asyncio.timeout(10):
                requests = await connection.channel(publisher_confirms=True, on_return_raises=True)
                exchange = await requests.declare_exchange("nameko-rpc", "topic", durable=True)
                replies = await connection.channel(publisher_confirms=False)
                queue = await replies.declare_queue(
                    f"rpc.reply-{self.name}-{self._reply_to}", exclusive=True, auto_delete=True
                )
                await queue.bind("nameko-rpc", self._reply_to)
                await queue.consume(self._on_reply, no_ack=True)
        except BaseException:
            await connection.close()
            raise
        connection.close_callbacks.add(self._lost)
        self._connection, self._exchange = connection, exchange

    @property
    def is_connected(self) -> bool:
        """Whether a call may succeed now."""
        return self._is_open.is_set() and self._connection.connected.is_set()

    def _lost(self, *_: Any) -> None:
        for future in list(self._waiting.values()):
            if not future.done():
                future.set_exception(ConnectionError("the broker's connection was lost"))

    async def _on_reply(self, message: AbstractIncomingMessage) -> None:
        future = self._waiting.get(message.correlation_id or "")
        if future and not future.done():
            future.set_result(message.body)

    async def call(
        self,
        service: str,
        method: str,
        request: Shape | None,
        answer: type[Answer],
        *,
        capability: str,
        timeout_s: float | None = None,
    ) -> Answer:
        """Ask and wait. Raises the service's own error, TooLarge, or Unavailable naming `capability`."""
        try:
            async with asyncio.timeout(timeout_s or self.timeout_s):
                body = await self._exchange_messages(
                    f"{service}.{method}", request, timeout_s or self.timeout_s
                )
        except TimeoutError:
            log.warning("rpc_timeout", service=service, method=method)
            raise Unavailable.of(capability) from None
        except MessageTooLong as error:
            raise TooLarge(f"{capability} takes {MAX_MESSAGE_BYTES} bytes, not {error}.") from None
        except DeliveryError:
            log.warning("rpc_service_away", service=service, method=method)
            raise Unavailable.of(capability) from None
        except AWAY as error:
            log.warning("rpc_broker_away", service=service, method=method, reason=repr(error))
            raise Unavailable.of(capability) from None
        if body["error"]:
            raise remote_error(body["error"])
        return answer.from_wire(body["result"])

    async def _exchange_messages(
        self, routing_key: str, request: Shape | None, timeout_s: float
    ) -> dict[str, Any]:
        if not self.is_connected:
            raise ConnectionError("no connection to the broker")
        correlation_id = str(uuid4())
        future = self._waiting[correlation_id] = asyncio.get_running_loop().create_future()
        arguments = [request.to_wire()] if request else []
        message = aio_pika.Message(
            encoded({"args": arguments, "kwargs": {}}),
            content_type="application/json",
            content_encoding="utf-8",
            headers={
                "nameko.request_id": current_request_id(),
                "nameko.call_id_stack": [f"{self.name}.{correlation_id}"],
            },
            reply_to=self._reply_to,
            correlation_id=correlation_id,
            delivery_mode=aio_pika.DeliveryMode.NOT_PERSISTENT,
            expiration=timeout_s,
        )
        try:
            await self._exchange.publish(message, routing_key=routing_key, mandatory=True)
            return dict(json.loads(await future))
        finally:
            self._waiting.pop(correlation_id, None)

    async def close(self) -> None:
        """Leave nothing behind on the broker."""
        if self._connecting:
            self._connecting.cancel()
        if self._is_open.is_set():
            await self._connection.close()


def remote_error(error: dict[str, Any]) -> ServiceError:
    """The error that the service raised; one of nameko's own becomes an InternalError."""
    kind = ERRORS.get(str(error.get("exc_type")))
    arguments = error.get("exc_args") or []
    if kind is None or len(arguments) != 2:
        log.error(
            "rpc_remote_bug", error=error.get("exc_type"), value=str(error.get("value"))[:300]
        )
        return InternalError()
    return kind.rebuild(str(arguments[0]), str(arguments[1]))
