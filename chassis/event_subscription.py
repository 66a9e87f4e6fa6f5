"""Events for asyncio processes that need news only while they run: a queue of their own, gone with them.

What was announced while nobody listened is lost, so `on_subscribed` must ask for the state of things,
at the beginning and after each loss of the broker.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from pydantic import ValidationError

from chassis.rpc_client import AWAY
from contracts.events.envelope import Envelope, Event

log = structlog.get_logger(__name__)
AGAIN_AFTER_S = 1
ASK_AGAIN_AFTER_S = 5
Hear = Callable[[Any], None]


class EventSubscription:
    """Hears each announcement of `hears`, at most once, until `close`. Connects again by itself."""

    def __init__(
        self,
        url: str,
        *,
        name: str,
        hears: Mapping[type[Event], Hear],
        on_subscribed: Callable[[], Awaitable[bool]],
    ) -> None:
        """`on_subscribed` is asked again every few seconds until it says True."""
        self._url = url
        self._name = name
        self._kinds = {kind.TYPE: (kind, hear) for kind, hear in hears.items()}
        self._on_subscribed = on_subscribed
        self._following: asyncio.Task[None] | None = None

    def start(self) -> Self:
        """Begin to listen; does not wait for the broker."""
        self._following = asyncio.create_task(self._follow())
        return self

    async def close(self) -> None:
        """Leave nothing behind on the broker."""
        if self._following:
            self._following.cancel()
            await asyncio.wait([self._following], timeout=2)

    async def _follow(self) -> None:
        while True:
            try:
                await self._listen()
            except AWAY as error:
                log.warning("subscription_lost", reason=repr(error)[:300])
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _listen(self) -> None:
        connection = await aio_pika.connect(
            self._url, heartbeat=30, timeout=5, client_properties={"connection_name": self._name}
        )
        async with connection:
            lost = asyncio.Event()
            channel = await connection.channel()
            for end in (connection, channel):
                end.close_callbacks.add(lambda *_: lost.set())
            await self._subscribe(channel)
            asking = asyncio.create_task(self._ask())
            try:
                await lost.wait()
            finally:
                asking.cancel()
        log.warning("subscription_lost", reason="the broker's connection was lost")

    async def _subscribe(self, channel: AbstractChannel) -> None:
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        for kind, _ in self._kinds.values():
            exchange = await channel.declare_exchange(
                f"{kind.service()}.events", "topic", durable=True
            )
            await queue.bind(exchange, kind.routing_key())
        await queue.consume(self._receive, no_ack=True)

    async def _ask(self) -> None:
        while True:
            if await self._on_subscribed():
                return
            await asyncio.sleep(ASK_AGAIN_AFTER_S)

    async def _receive(self, message: AbstractIncomingMessage) -> None:
        try:
            envelope = Envelope.from_wire(json.loads(message.body))
            kind, hear = self._kinds[envelope.type]
            event = kind.from_wire(envelope.data)
        except (ValueError, KeyError, ValidationError) as error:
            log.error("event_unreadable", reason=repr(error)[:300])
            return
        hear(event)
