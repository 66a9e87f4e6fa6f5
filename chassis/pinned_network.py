"""A network for httpx that connects to addresses that were checked, and to nothing else."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from chassis.reach import AddressRefused, IpAddress, Reach
from chassis.web_address import WebAddress

Resolver = Callable[[str, int, float], list[IpAddress]]
"""Host, port and patience in seconds to addresses. Raises OSError."""


class NoSuchHost(OSError):
    """The DNS has no address for it, or does not answer."""


@dataclass(slots=True)
class Deadline:
    """at: on the monotonic clock."""

    at: float

    def left(self) -> float:
        """Seconds, more than none. Raises httpcore.ReadTimeout."""
        left_s = self.at - time.monotonic()
        if left_s <= 0:
            raise httpcore.ReadTimeout("the whole request took too long")
        return left_s

    def within(self, timeout_s: float | None) -> float:
        """The shorter one of a wait and what is left."""
        return self.left() if timeout_s is None else min(timeout_s, self.left())


def checked_addresses(
    address: WebAddress | None,
    *,
    host: str,
    port: int,
    reach: Reach,
    resolver: Resolver,
    patience_s: float,
) -> list[IpAddress]:
    """Where to connect to for `address`. Raises AddressRefused, NoSuchHost."""
    if address is None or (host, port) != (address.host, address.port):
        raise AddressRefused  # httpx understood the URL otherwise
    if address.ip is not None:
        ips = [address.ip]
    else:
        try:
            ips = resolver(host, port, patience_s)
        except OSError as error:
            raise NoSuchHost(host) from error
    reach.check_resolved(address, ips)
    return ips


class PinnedBackend(httpcore.SyncBackend):
    """Connects to what was checked: the name is resolved once, here."""

    def __init__(self, reach: Reach, resolver: Resolver, deadline: Deadline) -> None:
        super().__init__()
        self.reach = reach
        self.resolver = resolver
        self.deadline = deadline
        self.address: WebAddress | None = None

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *rest: Any, **options: Any
    ) -> httpcore.NetworkStream:
        for ip in (addresses := self._checked(host, port, timeout)):
            try:
                stream = super().connect_tcp(
                    str(ip), port, self.deadline.within(timeout), *rest, **options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if ip is addresses[-1]:
                    raise
            else:
                return _TimedStream(stream, self.deadline)
        raise httpcore.ConnectError("no address")

    def _checked(self, host: str, port: int, timeout: float | None) -> list[IpAddress]:
        return checked_addresses(
            self.address,
            host=host,
            port=port,
            reach=self.reach,
            resolver=self.resolver,
            patience_s=self.deadline.within(timeout),
        )


class _TimedStream(httpcore.NetworkStream):
    """No wait is longer than what is left of the whole request's time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self.stream = stream
        self.deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.deadline.within(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        encrypted = self.stream.start_tls(
            ssl_context, server_hostname, self.deadline.within(timeout)
        )
        return _TimedStream(encrypted, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class PinnedTransport(httpx.HTTPTransport):
    """httpx's own, over another network: it has no public way to say so."""

    def __init__(self, backend: PinnedBackend, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, network_backend=backend, http1=True, http2=False
        )
