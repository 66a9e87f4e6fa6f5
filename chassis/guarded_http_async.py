"""`chassis.guarded_http` for asyncio: cancelling a request closes its connection.

The guard is the same: addresses are checked after the DNS and pinned, redirects are checked anew.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from chassis.guarded_answer import (
    FAILURES,
    Body,
    Fetched,
    Hop,
    Limits,
    failure,
    too_many_redirects,
)
from chassis.pinned_network import Resolver, checked_addresses
from chassis.reach import Reach
from chassis.resolver import resolve
from chassis.web_address import WebAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncGuardedHttp:
    """Safe to share between tasks."""

    reach: Reach
    limits: Limits
    user_agent: str
    resolver: Resolver = resolve
    tls: ssl.SSLContext = field(default_factory=httpx.create_ssl_context)

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Fetched:
        """The last answer, whatever its status. Raises BadAddress, AddressRefused, FetchFailed.

        headers go to the first origin only; a 303, and a POST's 301 or 302, go on as GET.
        """
        hop = Hop(
            address=WebAddress.parse(url),
            method=method,
            user_agent=self.user_agent,
            headers=headers or {},
            content=content,
        )
        try:
            async with asyncio.timeout(self.limits.total_s):
                return await self._followed(hop)
        except TimeoutError as error:
            raise failure(error) from error

    async def _followed(self, hop: Hop) -> Fetched:
        backend = _PinnedAsyncBackend(self.reach, self.resolver, self.limits.connect_s)
        transport = _PinnedAsyncTransport(backend, self.tls)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            for _ in range(self.limits.redirects + 1):
                self.reach.check_written(hop.address)
                backend.address = hop.address
                answer = await self._answer(client, hop)
                if not answer.is_redirect:
                    return answer
                hop = hop.after(answer)
        raise too_many_redirects(self.limits)

    async def _answer(self, client: httpx.AsyncClient, hop: Hop) -> Fetched:
        try:
            request = client.build_request(
                hop.method,
                str(hop.address),
                headers=hop.sent_headers,
                content=hop.content,
                timeout=self.limits.timeout,
            )
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                headers = dict(response.headers)
                found = Fetched(
                    address=hop.address, status=response.status_code, headers=headers, body=b""
                )
                if found.is_redirect:
                    return found
                body = Body(headers.get("content-encoding", ""), self.limits.body_bytes)
                async for piece in response.aiter_raw(65_536):
                    body.take(piece)
            finally:
                await response.aclose()
        except FAILURES as error:
            raise failure(error) from error
        return Fetched(address=hop.address, status=found.status, headers=headers, body=bytes(body))


class _PinnedAsyncBackend(httpcore.AnyIOBackend):
    """Connects to what was checked: the name is resolved once, here, in a thread."""

    def __init__(self, reach: Reach, resolver: Resolver, patience_s: float) -> None:
        super().__init__()
        self.reach = reach
        self.resolver = resolver
        self.patience_s = patience_s
        self.address: WebAddress | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        *rest: Any,
        **options: Any,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await asyncio.to_thread(
            checked_addresses,
            self.address,
            host=host,
            port=port,
            reach=self.reach,
            resolver=self.resolver,
            patience_s=timeout or self.patience_s,
        )
        for ip in addresses:
            try:
                return await super().connect_tcp(str(ip), port, timeout, *rest, **options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if ip is addresses[-1]:
                    raise
        raise httpcore.ConnectError("no address")


class _PinnedAsyncTransport(httpx.AsyncHTTPTransport):
    """httpx's own, over another network: it has no public way to say so."""

    def __init__(self, backend: _PinnedAsyncBackend, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, network_backend=backend, http1=True, http2=False
        )
