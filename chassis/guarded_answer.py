"""What guarded requests share, for threads and for asyncio: limits, redirects, decompression, reasons."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import httpcore
import httpx

from chassis.pinned_network import NoSuchHost
from chassis.web_address import BadAddress, WebAddress

REDIRECTS = frozenset({301, 302, 303, 307, 308})
FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpcore.ReadTimeout, OSError)


class FetchFailed(Exception):
    """No usable answer; `reason` is a sentence for people. is_passing: it may be otherwise soon."""

    def __init__(self, reason: str, *, is_passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_passing = is_passing


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one request with all its redirects. body_bytes: after decompression."""

    body_bytes: int = 20 * 1024 * 1024
    total_s: float = 30
    connect_s: float = 5
    silence_s: float = 10
    redirects: int = 5

    @property
    def timeout(self) -> httpx.Timeout:
        """For httpx, which knows no total."""
        return httpx.Timeout(self.silence_s, connect=self.connect_s)


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

    @property
    def is_redirect(self) -> bool:
        """Whether the answer is somewhere else."""
        return self.status in REDIRECTS and "location" in self.headers


class Check(Protocol):
    """Looks at an answer before its body is read. Raises FetchFailed."""

    def __call__(self, *, address: WebAddress, status: int, content_type: str) -> None: ...


def any_answer(*, address: WebAddress, status: int, content_type: str) -> None:
    """Takes them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A request on its way through redirects."""

    address: WebAddress
    method: str
    user_agent: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def sent_headers(self) -> dict[str, str]:
        """The guard's own, with the caller's on top; the Host is the address's."""
        own = {"User-Agent": self.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        taken = {name.lower() for name in self.headers}
        own = {name: value for name, value in own.items() if name.lower() not in taken}
        return own | {name: text for name, text in self.headers.items() if name.lower() != "host"}

    def after(self, answer: Fetched) -> "Hop":
        """Where a redirect leads. Raises FetchFailed.

        A 303, and a POST's 301 or 302, go on as GET. Another origin gets none of the headers but
        the one that says what the content is.
        """
        try:
            target = self.address.joined(answer.headers["location"])
        except BadAddress:
            raise FetchFailed(
                "The server redirected to something that is no web address."
            ) from None
        hop = self
        if answer.status == 303 or (answer.status in {301, 302} and self.method == "POST"):
            hop = replace(hop, method="GET", content=None, headers=self._without_content())
        if target.origin != self.address.origin:
            kept = {n: text for n, text in hop.headers.items() if n.lower() == "content-type"}
            hop = replace(hop, headers=kept)
        return replace(hop, address=target)

    def _without_content(self) -> dict[str, str]:
        return {n: text for n, text in self.headers.items() if n.lower() != "content-type"}


class Body:
    """An answer's body as it grows: decompressed by pieces, so that a bomb stays small."""

    def __init__(self, encoding: str, limit: int) -> None:
        """Raises FetchFailed."""
        name = encoding.strip().lower()
        if name not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise FetchFailed("The answer is compressed in a way that was not asked for.")
        self._limit = limit
        self._may_be_raw = name == "deflate"  # some servers leave deflate's header out
        self._inflater: Any = None
        if name not in {"", "identity"}:
            self._inflater = zlib.decompressobj(47 if "gzip" in name else 15)
        self._taken = bytearray()

    def take(self, piece: bytes) -> None:
        """Raises FetchFailed: too much, or damaged."""
        for part in self._inflated(piece):
            self._taken += part
            if len(self._taken) > self._limit:
                raise FetchFailed(f"The answer has more than {self._limit:,} bytes.")

    def __bytes__(self) -> bytes:
        return bytes(self._taken)

    def _inflated(self, piece: bytes) -> Iterator[bytes]:
        if self._inflater is None:
            yield piece
            return
        try:
            yield self._first(piece) if self._may_be_raw else self._more(piece)
            while self._inflater.unconsumed_tail:
                yield self._more(self._inflater.unconsumed_tail)
        except zlib.error:
            raise FetchFailed("The answer's compression is damaged.") from None

    def _more(self, piece: bytes) -> bytes:
        return bytes(self._inflater.decompress(piece, self._limit + 1))

    def _first(self, piece: bytes) -> bytes:
        self._may_be_raw = False
        try:
            return self._more(piece)
        except zlib.error:
            self._inflater = zlib.decompressobj(-15)
            return self._more(piece)


_TELLING: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (
        (httpx.TimeoutException, httpcore.ReadTimeout, TimeoutError),
        "",
        "The server took too long to answer.",
    ),
    (NoSuchHost, "", "The server's name cannot be resolved."),
    (Exception, "CERTIFICATE_VERIFY", "The server's TLS certificate cannot be trusted."),
    (Exception, "SSL", "The server does not speak TLS as it should."),
    (httpx.ConnectError, "", "The server cannot be reached."),
    (httpx.ProtocolError, "", "The server's answer is not HTTP."),
)


def failure(error: Exception) -> FetchFailed:
    """What happened, without what the address resolved to."""
    fitting = (
        told for kinds, word, told in _TELLING if isinstance(error, kinds) and word in str(error)
    )
    told = next(fitting, "The connection to the server broke.")
    return FetchFailed(told, is_passing=not isinstance(error, NoSuchHost))


def too_many_redirects(limits: Limits) -> FetchFailed:
    """Round and round."""
    return FetchFailed(f"The server redirected more than {limits.redirects} times.")
