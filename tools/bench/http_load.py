"""GET requests on kept connections, cheap enough not to be what is measured."""

import asyncio
import time
from dataclasses import dataclass

from local.layout import HOST


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of each call, and of all."""

    latencies: list[float]
    seconds: float


def get(port: int, path: str, token: str, *, calls: int, at_once: int) -> Round:
    """So many calls, so many at a time, each on a connection that is open. Raises on any status
    but 200."""
    return asyncio.run(_get(port, _request(port, path, token), calls, at_once))


def _request(port: int, path: str, token: str) -> bytes:
    head = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
    return head.encode()


async def _get(port: int, request: bytes, calls: int, at_once: int) -> Round:
    lines = [await asyncio.open_connection(HOST, port) for _ in range(at_once)]
    for reader, writer in lines:
        await _one(reader, writer, request)
    latencies: list[float] = []
    left = calls

    async def keep_asking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal left
        while left > 0:
            left -= 1
            began = time.perf_counter()
            await _one(reader, writer, request)
            latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with asyncio.timeout(120):
        await asyncio.gather(*(keep_asking(*line) for line in lines))
    seconds = time.perf_counter() - began
    for _, writer in lines:
        writer.close()
    return Round(latencies, seconds)


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, announced = head.partition(b"content-length:")
    if b" 200 " not in head.split(b"\r\n", 1)[0] or not announced:
        raise RuntimeError(f"unexpected answer: {head[:200]!r}")
    await reader.readexactly(int(announced.split(b"\r\n", 1)[0]))
