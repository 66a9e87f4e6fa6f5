"""Where a client is, when proxies that we trust stand between."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


def client_address(peer: str, forwarded_for: str, *, trusted: Iterable[Network]) -> str:
    """The nearest hop that is no trusted proxy: what stands further left anybody may have written.

    `forwarded_for` is the header X-Forwarded-For, "" for none; `peer` is who opened the connection.
    """
    networks = tuple(trusted)
    address = peer
    for hop in reversed(forwarded_for.split(",")):
        if not _is_in(address, networks) or not _is_address(hop.strip()):
            break
        address = hop.strip()
    return address


def _is_in(address: str, networks: tuple[Network, ...]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
