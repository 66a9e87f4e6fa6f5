"""A model server on loopback that replays recorded streams: the model's name is the recording's.

Other names misbehave. It remembers what it was asked, and when callers hung up.
"""

import asyncio
import contextlib
import json
import time
from pathlib import Path
from typing import Any

from .tool_models import SCRIPTED, as_stream

RECORDED = Path(__file__).parent / "recorded"
SLOW_EVENTS_S = 0.05
HEADERS = "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n{more}\r\n"
WORD = {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "word "}}}}
TEXT = f"event: content-delta\ndata: {json.dumps(WORD)}\n\n"


class ReplayServer:
    """`async with ReplayServer() as server`: then `server.url` is its address."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.hung_up_at: list[float] = []
        self.connections = 0
        self._calls: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "ReplayServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for open_call in list(self._calls):
            open_call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.current_task()
        assert call
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            self.connections += 1
            while True:
                await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        if first.startswith(("HEAD ", "GET ")):
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head)}
        self.headers.append(headers)
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        self.requests.append(body)
        if body["model"] in SCRIPTED:
            await self._send(writer, as_stream(SCRIPTED[body["model"]](body)))
            return
        name = "cited" if body["model"] == "local-extractive" else body["model"]
        if name in REFUSALS:
            await self._refuse(writer, name)
        elif name == "never-answers":
            await self._until_hung_up(reader)
        else:
            await self._stream(reader, writer, name)

    async def _refuse(self, writer: asyncio.StreamWriter, name: str) -> None:
        status, headers, message, times = REFUSALS[name]
        if sum(request["model"] == name for request in self.requests) > times:
            await self._send(writer, (RECORDED / "cited.sse").read_bytes())
            return
        head = HEADERS.format(status=status, kind="application/json", more=headers)
        writer.write(head.encode() + _chunk(json.dumps({"id": "1", "message": message}).encode()))
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _stream(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str
    ) -> None:
        if name == "talks-for-ever":
            await self._send(writer, _first_events("cited", 2), ends=False)
            talking = asyncio.create_task(self._talk(writer))
            await self._until_hung_up(reader)
            talking.cancel()
        elif name == "falls-silent":
            await self._send(writer, _first_events("max_tokens", 3), ends=False)
            await self._until_hung_up(reader)
        elif name == "breaks-the-connection":
            await self._send(writer, _first_events("max_tokens", 3), ends=False)
            writer.transport.abort()
        else:
            await self._send(writer, (RECORDED / f"{name}.sse").read_bytes())
            if name == "without_an_end":
                raise ConnectionError

    async def _talk(self, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(_chunk(TEXT.encode()))
            await writer.drain()
            await asyncio.sleep(SLOW_EVENTS_S)

    async def _until_hung_up(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        self.hung_up_at.append(time.monotonic())

    async def _send(self, writer: asyncio.StreamWriter, body: bytes, *, ends: bool = True) -> None:
        head = HEADERS.format(status="200 OK", kind="text/event-stream", more="")
        writer.write(head.encode() + _chunk(body) + (b"0\r\n\r\n" if ends else b""))
        await writer.drain()


REFUSALS = {  # status, further headers, message, how many times before it answers
    "busy-once": ("429 Too Many Requests", "Retry-After: 0\r\n", "busy", 1),
    "loading-once": ("503 Service Unavailable", "", "loading", 1),
    "busy-for-long": ("429 Too Many Requests", "Retry-After: 30\r\n", "busy", 99),
    "loading-for-ever": ("503 Service Unavailable", "Retry-After: 0\r\n", "loading", 99),
    "wrong-key": ("401 Unauthorized", "", "invalid api token", 99),
    "unknown": ("404 Not Found", "", "model 'unknown' not found", 99),
    "refuses": ("400 Bad Request", "", "too many tokens: size limit exceeded", 99),
    "fails": ("500 Internal Server Error", "", "stack trace", 99),
}


def _first_events(name: str, count: int) -> bytes:
    events = (RECORDED / f"{name}.sse").read_bytes().split(b"\n\n")
    return b"\n\n".join([*events[:count], b""])


def _chunk(body: bytes) -> bytes:
    return f"{len(body):x}\r\n".encode() + body + b"\r\n"
