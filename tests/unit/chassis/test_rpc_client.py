import asyncio
from typing import Any

import aio_pika
import pytest

from chassis.rpc_client import RpcClient


class HalfOpen:
    """A connection whose broker goes before its channel is open."""

    def __init__(self) -> None:
        self.is_closed = False

    async def channel(self, **_: Any) -> None:
        raise ConnectionError("the broker went")

    async def close(self) -> None:
        self.is_closed = True


async def test_a_broker_that_goes_during_the_set_up_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[HalfOpen] = []
    twice = asyncio.Event()

    async def connect(*_: Any, **__: Any) -> HalfOpen:
        opened.append(HalfOpen())
        if len(opened) == 2:
            twice.set()
        return opened[-1]

    monkeypatch.setattr(aio_pika, "connect_robust", connect)
    client = await RpcClient("amqp://nowhere", name="test", timeout_s=1).start()
    await asyncio.wait_for(twice.wait(), 5)
    assert opened[0].is_closed
    assert not client.is_connected
    await client.close()
