"""How many wrong passwords are too many, and on whose account they go."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureLimits:
    """Wrong passwords in one window: for one user name, from one client address."""

    per_user: int
    per_address: int
    window: timedelta

    def by_subject(self, *, username: str, client_address: str) -> dict[str, int]:
        """The limit of everything that a wrong password is counted for."""
        limits = {_user(username): self.per_user}
        if address := _address(client_address):
            limits[address] = self.per_address
        return limits

    def window_ends(self, now: datetime) -> datetime:
        """The end of the window that `now` is in: the same in every process."""
        seconds = self.window.total_seconds()
        return datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, UTC)


def _user(username: str) -> str:
    """A hash: people type their password where the name goes."""
    return f"user:{sha256(username.encode()).hexdigest()}"


def _address(text: str) -> str:
    """Whoever has an IPv6 address has the other 2^64 of its network as well."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return f"address:{address.ipv4_mapped}"
        return f"address:{IPv6Address(int(address) >> 64 << 64)}/64"
    return f"address:{address}"
