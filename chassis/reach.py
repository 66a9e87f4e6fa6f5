"""Which addresses a request on somebody's behalf may reach: the public internet, and what is allowed."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from chassis.web_address import WebAddress

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NOT_ALLOWED = "This address is not allowed."
_USUAL_PORTS = frozenset({80, 443})
# Ports above 1023 that browsers refuse: they belong to protocols that an HTTP request may confuse.
_OTHER_PROTOCOLS = frozenset({
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
    6679, 6697, 10080,
})  # fmt: skip
_PRIVATE_V4 = tuple(map(ipaddress.IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
    "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4",
    "168.63.129.16/32",  # Azure's own services, on a public address
)))  # fmt: skip
_PUBLIC_V6 = ipaddress.IPv6Network(
    "2000::/3"
)  # so not ::1, fc00::/7, fe80::/10, ::ffff:0:0/96, NAT64
_PRIVATE_V6 = tuple(map(ipaddress.IPv6Network, (
    "2001::/23",  # Teredo, ORCHID and others of the kind
    "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)))  # fmt: skip
_WITH_PORT = re.compile(r"(?:\[[0-9a-f:.]+\]|[^:/]+):(?P<port>\d{1,5})\Z")
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".localdomain", ".home.arpa", ".lan")


class AddressRefused(Exception):
    """The address may not be reached; says no more, so that nobody learns what is there."""

    def __init__(self) -> None:
        super().__init__(NOT_ALLOWED)


def is_public(ip: IpAddress) -> bool:
    """Whether it is somebody's on the internet: not private, local, shared, tunnelled or reserved."""
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _PRIVATE_V4)
    is_plain = ip.scope_id is None and ip in _PUBLIC_V6
    return is_plain and not any(ip in network for network in _PRIVATE_V6)


@dataclass(frozen=True, slots=True)
class Reach:
    """The rule. What is allowed although it is not public: networks, names (".wiki.example" for all
    below), and origins, which are one port of an address or name.
    """

    networks: tuple[Network, ...] = ()
    names: frozenset[str] = field(default_factory=frozenset)
    origins: frozenset[tuple[str, int]] = field(default_factory=frozenset)

    @classmethod
    def allowing(cls, entries: Iterable[str]) -> Self:
        """Entries are networks (10.1.0.0/16), addresses or host names, or one port of those two.

        Raises ValueError.
        """
        networks, names, origins = [], set(), set()
        for entry in filter(None, (entry.strip().lower() for entry in entries)):
            if with_port := _WITH_PORT.match(entry):
                address = WebAddress.parse(f"http://{entry}/")
                origins.add((address.host, int(with_port["port"])))
                continue
            try:
                networks.append(ipaddress.ip_network(entry))
            except ValueError:
                if "/" in entry or entry.rpartition(".")[2].isdigit():
                    raise
                names.add(entry.removesuffix("."))
        return cls(tuple(networks), frozenset(names), frozenset(origins))

    def check_written(self, address: WebAddress) -> None:
        """What can be told without asking the DNS. Raises AddressRefused."""
        ip = address.ip
        if self._is_named(address) or (ip is not None and self._is_listed(ip)):
            return
        if ip is not None:
            is_refused = not is_public(ip)
        else:
            is_refused = "." not in address.host or address.host.endswith(_LOCAL_NAMES)
        is_odd = address.port in _OTHER_PROTOCOLS or (
            address.port < 1024 and address.port not in _USUAL_PORTS
        )
        # A name may be in an allowed network, with any port: only its address will tell.
        if is_refused and (ip is not None or not self.networks):
            raise AddressRefused
        if is_odd and not self.networks:
            raise AddressRefused

    def check_resolved(self, address: WebAddress, ips: Iterable[IpAddress]) -> None:
        """Before a connection: every one of the addresses, or none. Raises AddressRefused."""
        if self._is_named(address):
            return
        outside = [ip for ip in ips if not self._is_listed(ip)]
        if not all(map(is_public, outside)):
            raise AddressRefused
        if outside:
            Reach().check_written(address)

    def _is_listed(self, ip: IpAddress) -> bool:
        return any(ip in network for network in self.networks)

    def _is_named(self, address: WebAddress) -> bool:
        labels = address.host.split(".")
        above = (f".{'.'.join(labels[at:])}" for at in range(1, len(labels)))
        return (
            (address.host, address.port) in self.origins
            or address.host in self.names
            or any(parent in self.names for parent in above)
        )
