"""HTTP requests to addresses that strangers choose: checked after the DNS, pinned, bounded in every way.

For threads; `chassis.guarded_http_async` is the same for asyncio. The address that was checked is the
one that is connected to; TLS and the Host header keep the name. Each redirect is checked anew. Proxies
of the environment are not used.
"""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from chassis.guarded_answer import (
    FAILURES,
    Body,
    Check,
    Fetched,
    FetchFailed,
    Hop,
    Limits,
    any_answer,
    failure,
    too_many_redirects,
)
from chassis.pinned_network import Deadline, PinnedBackend, PinnedTransport, Resolver
from chassis.reach import Reach
from chassis.resolver import resolve
from chassis.web_address import WebAddress

__all__ = ["Check", "FetchFailed", "Fetched", "GuardedHttp", "Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedHttp:
    """Safe to share between threads."""

    reach: Reach
    limits: Limits
    user_agent: str
    resolver: Resolver = resolve
    tls: ssl.SSLContext = field(default_factory=httpx.create_ssl_context)

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        check: Check = any_answer,
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
        deadline = Deadline(time.monotonic() + self.limits.total_s)
        backend = PinnedBackend(self.reach, self.resolver, deadline)
        with httpx.Client(transport=PinnedTransport(backend, self.tls), trust_env=False) as client:
            for _ in range(self.limits.redirects + 1):
                self.reach.check_written(hop.address)
                backend.address = hop.address
                answer = self._answer(client, hop, check, deadline)
                if not answer.is_redirect:
                    return answer
                hop = hop.after(answer)
        raise too_many_redirects(self.limits)

    def _answer(self, client: httpx.Client, hop: Hop, check: Check, deadline: Deadline) -> Fetched:
        try:
            request = client.build_request(
                hop.method,
                str(hop.address),
                headers=hop.sent_headers,
                content=hop.content,
                timeout=self.limits.timeout,
            )
            response = client.send(request, stream=True, follow_redirects=False)
            try:
                found = Fetched(
                    address=hop.address,
                    status=response.status_code,
                    headers=dict(response.headers),
                    body=b"",
                )
                if found.is_redirect:
                    return found
                check(address=hop.address, status=found.status, content_type=found.content_type)
                body = self._body(response, deadline)
            finally:
                response.close()
        except FAILURES as error:
            raise failure(error) from error
        return Fetched(address=hop.address, status=found.status, headers=found.headers, body=body)

    def _body(self, response: httpx.Response, deadline: Deadline) -> bytes:
        body = Body(response.headers.get("content-encoding", ""), self.limits.body_bytes)
        for piece in response.iter_raw(65_536):
            body.take(piece)
            deadline.left()
        return bytes(body)
