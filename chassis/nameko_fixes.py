"""What nameko 2.14.1 and kombu need before it may be trusted with work (measured in design/bus.md 2).

1. On SIGTERM it closes the connection before in-flight work is acknowledged, so that work runs twice.
2. When a reply cannot be sent the container ends itself.
3. An RpcProxy waits for ever; `DeadlineRpc` below does not, and its request expires in the queue too.
4. kombu's JSON makes objects of what a user called "__type__", and escapes every letter beyond ASCII.
"""

import json
from typing import Any

import eventlet
import structlog
from amqp.exceptions import RecoverableConnectionError
from kombu.exceptions import OperationalError
from kombu.serialization import register
from nameko import rpc
from nameko.exceptions import RpcTimeout
from nameko.messaging import QueueConsumer

from chassis.bus_json import encoded

log = structlog.get_logger(__name__)
DEADLINE_KEY = "RPC_TIMEOUT_S"


def _finish_before_closing(consumer: Any, _connection: Any, _channel: Any) -> None:
    consumer.container._worker_pool.waitall()


def _survive_a_lost_reply(original: Any) -> Any:
    def handle_result(self: Any, message: Any, result: Any, exc_info: Any) -> Any:
        try:
            return original(self, message, result, exc_info)
        except (OperationalError, RecoverableConnectionError, OSError) as error:
            # Not acknowledged: the broker delivers the request again, and use cases bear that.
            log.warning("rpc_reply_not_sent", reason=repr(error))
            return result, exc_info

    return handle_result


def apply() -> None:
    """Patch nameko once, before a container is made."""
    register(
        "json",
        lambda value: encoded(value).decode(),
        json.loads,
        content_type="application/json",
        content_encoding="utf-8",
    )
    QueueConsumer.on_consume_end = _finish_before_closing
    rpc.RpcConsumer.handle_result = _survive_a_lost_reply(rpc.RpcConsumer.handle_result)


class _DeadlineMethod(rpc.MethodProxy):
    def __init__(self, *arguments: Any, timeout_s: float, **options: Any) -> None:
        self.timeout_s = timeout_s
        super().__init__(*arguments, expiration=timeout_s, **options)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        reply = None
        try:
            with eventlet.Timeout(self.timeout_s):
                reply = self._call(*arguments, **keywords)
                return reply.result()
        except eventlet.Timeout:
            self._forget(reply)
            raise RpcTimeout(self.timeout_s) from None

    def _forget(self, reply: Any) -> None:
        """nameko would keep a place for the answer that will not come."""
        waiting = self.reply_listener._reply_events
        for correlation_id, event in list(waiting.items()):
            if reply is not None and event is reply.reply_event:
                del waiting[correlation_id]


class _DeadlineService(rpc.ServiceProxy):
    def __init__(self, *arguments: Any, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        super().__init__(*arguments)

    def __getattr__(self, name: str) -> _DeadlineMethod:
        return _DeadlineMethod(
            self.worker_ctx,
            self.service_name,
            name,
            self.reply_listener,
            timeout_s=self.timeout_s,
        )


class DeadlineRpc(rpc.RpcProxy):  # noqa: TID251 - the one place that mends it
    """nameko's RpcProxy with a deadline; raises RpcTimeout, UnknownService or the remote error.

    timeout_s: for questions that take longer than the process's others.
    """

    def __init__(self, target_service: str, *, timeout_s: float | None = None) -> None:
        super().__init__(target_service)
        self.timeout_s = timeout_s

    def get_dependency(self, worker_ctx: Any) -> _DeadlineService:
        timeout_s = self.timeout_s or float(self.container.config[DEADLINE_KEY])
        return _DeadlineService(
            worker_ctx, self.target_service, self.rpc_reply_listener, timeout_s=timeout_s
        )
