"""Web addresses that strangers write: read strictly, so that whoever fetches one reads the same."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

import idna

LONGEST = 2_000
DEFAULT_PORTS = {"http": 80, "https": 443}
_UNWRITABLE = re.compile(r"[\x00-\x20\x7f\\]")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\[\]:@]+)(?::(?P<port>\d{0,5}))?\Z")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_NUMBER = re.compile(r"(?:\d+|0[xo][0-9a-f]*)\Z")
_KEPT = "/?#[]@!$&'()*+,;=:%~-._"


class BadAddress(ValueError):
    """It is no web address; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """host: ASCII, in small letters, without brackets and last dot. target: path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises BadAddress. Its fragment is left out, its host written in one way only."""
        if len(text) > LONGEST:
            raise BadAddress(f"A URL has at most {LONGEST:,} characters.")
        if _UNWRITABLE.search(text):
            raise BadAddress("Enter a valid URL: it has blanks or backslashes in it.")
        try:
            parts = urlsplit(text)
        except ValueError:
            raise BadAddress("Enter a valid URL.") from None
        if parts.scheme not in DEFAULT_PORTS:
            raise BadAddress("Enter a valid URL that begins with http:// or https://.")
        found = _AUTHORITY.match(parts.netloc)
        if found is None:
            raise BadAddress("Enter a valid URL: its host cannot be read.")
        port = int(found["port"] or DEFAULT_PORTS[parts.scheme])
        if not 1 <= port <= 65_535:
            raise BadAddress("Enter a valid URL: there is no such port.")
        query = f"?{parts.query}" if parts.query else ""
        target = quote((parts.path or "/") + query, safe=_KEPT)
        if len(target) > LONGEST:
            raise BadAddress(f"A URL has at most {LONGEST:,} characters, escapes included.")
        return cls(
            scheme=parts.scheme,
            host=_host(found["host"]),
            port=port,
            target=target,
        )

    def joined(self, reference: str) -> "WebAddress":
        """Where a link on this page leads. Raises BadAddress."""
        try:
            return WebAddress.parse(urljoin(str(self), reference.strip()))
        except BadAddress:
            raise
        except ValueError:
            raise BadAddress("Enter a valid URL.") from None

    @property
    def ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """None where the host is a name."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    @property
    def origin(self) -> str:
        """Scheme, host and port, the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == DEFAULT_PORTS[self.scheme]
        return f"{self.scheme}://{host}" + ("" if usual else f":{self.port}")

    def __str__(self) -> str:
        return self.origin + self.target


def _host(written: str) -> str:
    if written.startswith("["):
        try:
            return ipaddress.IPv6Address(written[1:-1]).compressed
        except ValueError:
            raise BadAddress("Enter a valid URL: its host is no IPv6 address.") from None
    host = _ascii(written).lower().removesuffix(".")
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.match(label) for label in labels):
        raise BadAddress("Enter a valid URL: its host cannot be read.")
    if any(_NUMBER.match(label) for label in labels[-1:]):
        return _dotted(host)
    return host


def _ascii(written: str) -> str:
    if written.isascii():
        return written
    try:
        return idna.encode(written, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise BadAddress("Enter a valid URL: its host cannot be read.") from None


def _dotted(host: str) -> str:
    """What ends in a number is an IPv4 address to browsers, in notations that others read otherwise."""
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError:
        raise BadAddress("Enter a valid URL: write an IP address as four numbers.") from None
