"""What a gRPC server of the product bears from those who ask it."""

import asyncio
from typing import Any

import grpc
from grpc import aio

from chassis.grpc_wire import SERVER_OPTIONS

SILENCE_S = 7
PING_EVERY_MS = 1_000  # grpc does not ping more often


def test_a_caller_that_pings_through_a_long_silence_gets_its_answer() -> None:
    async def late(_: bytes, __: Any) -> bytes:
        await asyncio.sleep(SILENCE_S)
        return b"answer"

    async def ask() -> bytes:
        server = aio.server(options=SERVER_OPTIONS)
        method = grpc.unary_unary_rpc_method_handler(late)
        handler = grpc.method_handlers_generic_handler("test.Late", {"Ask": method})
        server.add_generic_rpc_handlers((handler,))
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        pings = [
            ("grpc.keepalive_time_ms", PING_EVERY_MS),
            ("grpc.http2.max_pings_without_data", 0),
        ]
        async with aio.insecure_channel(f"127.0.0.1:{port}", options=pings) as channel:
            answer: bytes = await channel.unary_unary("/test.Late/Ask")(b"")
        await server.stop(None)
        return answer

    assert asyncio.run(ask()) == b"answer"
