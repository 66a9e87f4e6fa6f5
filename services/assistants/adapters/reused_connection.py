"""Reads an event stream to its end when it is closed, so that the connection serves the next call.

The SDK stops at `data: [DONE]`, a few bytes before the end of the response, and httpx then closes
the connection: each answer would begin with a new one, over TLS several round trips.
"""

import asyncio
from collections.abc import AsyncIterator

import httpx

LAST_WORDS = (b"data: [DONE]\n\n", b"data: [DONE]\r\n\r\n")
END_WITHIN_S = 0.05


async def read_to_the_end(response: httpx.Response) -> None:
    """A response hook of httpx."""
    if "text/event-stream" in response.headers.get("content-type", ""):
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _ReadToTheEnd(response.stream)


class _ReadToTheEnd(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream
        self._parts = aiter(stream)
        self._tail = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._parts:
            self._tail = (self._tail + part)[-16:]
            yield part

    async def aclose(self) -> None:
        if self._tail.endswith(LAST_WORDS):
            try:
                async with asyncio.timeout(END_WITHIN_S):
                    await anext(self._parts, b"")
            except (httpx.TransportError, TimeoutError):
                pass  # then it is closed, as it would have been
        await self._stream.aclose()
