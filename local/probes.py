"""How to see over a socket that a part answers; every probe is False rather than an error."""

import asyncio
import struct
from collections.abc import Callable

from local.layout import HOST
from local.part import Probe

_SECONDS = 5.0


def _exchange(port: int, message: bytes, accepts: Callable[[bytes], bool]) -> Probe:
    async def probe() -> bool:
        try:
            async with asyncio.timeout(_SECONDS):
                reader, writer = await asyncio.open_connection(HOST, port)
                try:
                    writer.write(message)
                    return accepts(await reader.read(64))
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False

    return probe


def http(port: int, path: str) -> Probe:
    """Whether GET path answers with a status of 2xx."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n"
    return _exchange(port, request.encode(), lambda reply: reply[9:10] == b"2")


def amqp(port: int) -> Probe:
    """Whether a broker opens the AMQP 0-9-1 handshake (frame type 1: method)."""
    return _exchange(port, b"AMQP\x00\x00\x09\x01", lambda reply: reply[:1] == b"\x01")


def postgres(port: int) -> Probe:
    """Whether PostgreSQL asks for a password; while it starts it answers with an error."""
    body = struct.pack("!I", 196_608) + b"user\0probe\0\0"
    message = struct.pack("!I", len(body) + 4) + body
    return _exchange(port, message, lambda reply: reply[:1] == b"R")


def tcp(port: int) -> Probe:
    """Whether somebody listens."""

    async def probe() -> bool:
        try:
            async with asyncio.timeout(_SECONDS):
                _, writer = await asyncio.open_connection(HOST, port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    return probe
