"""Bytes to a presigned URL."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import IO

import httpx
import structlog

from contracts.errors import Unavailable

log = structlog.get_logger(__name__)
CHUNK_BYTES = 256 * 1024
CAPABILITY = "Object storage"


class PresignedStore:
    """The port `ObjectStore`; one PUT may take `timeout_s` in all."""

    def __init__(self, client: httpx.AsyncClient, *, timeout_s: float) -> None:
        self._client = client
        self._timeout_s = timeout_s

    async def put(
        self, url: str, *, headers: Mapping[str, str], content: IO[bytes], size_bytes: int
    ) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.put(
                    url,
                    headers={**headers, "Content-Length": str(size_bytes)},
                    content=_chunks(content),
                )
        except (httpx.HTTPError, TimeoutError) as error:
            log.warning("object_store_away", reason=repr(error)[:300])
            raise Unavailable.of(CAPABILITY) from None
        if not response.is_success:
            log.error("object_store_refused", status=response.status_code, why=response.text[:300])
            raise Unavailable.of(CAPABILITY)


async def _chunks(content: IO[bytes]) -> AsyncIterator[bytes]:
    content.seek(0)
    while chunk := await asyncio.to_thread(content.read, CHUNK_BYTES):
        yield chunk


def store_client() -> httpx.AsyncClient:
    """No proxies of the environment, no redirects: a presigned URL is meant for one server."""
    limits = httpx.Limits(max_connections=50, max_keepalive_connections=10)
    timeout = httpx.Timeout(15, connect=3)
    return httpx.AsyncClient(trust_env=False, limits=limits, timeout=timeout)
