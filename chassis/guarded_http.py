"""HTTP requests to addresses that strangers choose: checked after the DNS, pinned, bounded in every way.

For threads. The address that was checked is the one that is connected to; TLS and the Host header
keep the name. Each redirect is checked anew. Proxies of the environment are not used.
"""

import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpcore
import httpx

from chassis.pinned_network import Deadline, NoSuchHost, PinnedBackend, PinnedTransport, Resolver
from chassis.reach import Reach
from chassis.resolver import resolve
from chassis.web_address import BadAddress, WebAddress

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class FetchFailed(Exception):
    """No usable answer; `reason` is a sentence for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one request with all its redirects. body_bytes: after decompression."""

    body_bytes: int = 20 * 1024 * 1024
    total_s: float = 30
    connect_s: float = 5
    silence_s: float = 10
    redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """address: where the answer came from, after redirects. headers: names in small letters."""

    address: WebAddress
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """Without parameters, in small letters; "" where there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Check(Protocol):
    """Looks at an answer before its body is read. Raises FetchFailed."""

    def __call__(self, *, address: WebAddress, status: int, content_type: str) -> None: ...


def _any_answer(*, address: WebAddress, status: int, content_type: str) -> None:
    """Takes them all."""


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
        check: Check = _any_answer,
    ) -> Fetched:
        """The last answer, whatever its status. Raises BadAddress, AddressRefused, FetchFailed.

        headers go to the first origin only; a 303, and a POST's 301 or 302, go on as GET.
        """
        address, sent = WebAddress.parse(url), dict(headers or {})
        deadline = Deadline(time.monotonic() + self.limits.total_s)
        backend = PinnedBackend(self.reach, self.resolver, deadline)
        with httpx.Client(transport=PinnedTransport(backend, self.tls), trust_env=False) as client:
            for _ in range(self.limits.redirects + 1):
                self.reach.check_written(address)
                backend.address = address
                request = client.build_request(
                    method,
                    str(address),
                    headers=self._headers(sent),
                    content=content,
                    timeout=httpx.Timeout(self.limits.silence_s, connect=self.limits.connect_s),
                )
                answer = self._answer(client, request, address, check, deadline)
                target = _redirected(answer)
                if target is None:
                    return answer
                if answer.status == 303 or (answer.status in {301, 302} and method == "POST"):
                    method, content = "GET", None
                if target.origin != address.origin:
                    sent = {}
                address = target
        raise FetchFailed(f"The server redirected more than {self.limits.redirects} times.")

    def _headers(self, sent: Mapping[str, str]) -> dict[str, str]:
        own = {"User-Agent": self.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        return own | {name: value for name, value in sent.items() if name.lower() != "host"}

    def _answer(
        self,
        client: httpx.Client,
        request: httpx.Request,
        address: WebAddress,
        check: Check,
        deadline: Deadline,
    ) -> Fetched:
        try:
            response = client.send(request, stream=True, follow_redirects=False)
            try:
                found = Fetched(
                    address=address,
                    status=response.status_code,
                    headers=dict(response.headers),
                    body=b"",
                )
                if found.status in REDIRECTS and "location" in found.headers:
                    return found
                check(address=address, status=found.status, content_type=found.content_type)
                body = self._body(response, deadline)
            finally:
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.ReadTimeout, OSError) as error:
            raise FetchFailed(_told(error)) from error
        return Fetched(address=address, status=found.status, headers=found.headers, body=body)

    def _body(self, response: httpx.Response, deadline: Deadline) -> bytes:
        encoding = response.headers.get("content-encoding", "")
        body, limit = bytearray(), self.limits.body_bytes
        for piece in _decoded(response.iter_raw(65_536), encoding, limit):
            body += piece
            if len(body) > limit:
                raise FetchFailed(f"The answer has more than {limit:,} bytes.")
            deadline.left()
        return bytes(body)


def _redirected(answer: Fetched) -> WebAddress | None:
    location = answer.headers.get("location")
    if answer.status not in REDIRECTS or location is None:
        return None
    try:
        return answer.address.joined(location)
    except BadAddress:
        raise FetchFailed("The server redirected to something that is no web address.") from None


def _decoded(pieces: Iterable[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    """Decompressed by at most `limit` bytes at a time, so that a bomb stays small."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        yield from pieces
        return
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise FetchFailed("The answer is compressed in a way that was not asked for.")
    inflater, is_first = zlib.decompressobj(47 if "gzip" in name else 15), True
    for piece in pieces:
        try:
            yield inflater.decompress(piece, limit + 1)
        except zlib.error:
            if name != "deflate" or not is_first:  # some servers leave deflate's header out
                raise FetchFailed("The answer's compression is damaged.") from None
            inflater = zlib.decompressobj(-15)
            yield _inflated(inflater, piece, limit)
        is_first = False
        while inflater.unconsumed_tail:
            yield inflater.decompress(inflater.unconsumed_tail, limit + 1)


def _inflated(inflater: Any, piece: bytes, limit: int) -> bytes:
    try:
        return bytes(inflater.decompress(piece, limit + 1))
    except zlib.error:
        raise FetchFailed("The answer's compression is damaged.") from None


_TELLING: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    ((httpx.TimeoutException, httpcore.ReadTimeout), "", "The server took too long to answer."),
    (NoSuchHost, "", "The server's name cannot be resolved."),
    (Exception, "CERTIFICATE_VERIFY", "The server's TLS certificate cannot be trusted."),
    (Exception, "SSL", "The server does not speak TLS as it should."),
    (httpx.ConnectError, "", "The server cannot be reached."),
    (httpx.ProtocolError, "", "The server's answer is not HTTP."),
)


def _told(error: Exception) -> str:
    """What happened, without what the address resolved to."""
    fitting = (
        told for kinds, word, told in _TELLING if isinstance(error, kinds) and word in str(error)
    )
    return next(fitting, "The connection to the server broke.")
