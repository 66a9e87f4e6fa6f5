"""What auth's use cases need from outside."""

from typing import Any, Protocol

from services.auth.domain.user import User


class Users(Protocol):
    """The users there are; each call is one transaction."""

    def add(self, *, username: str, password_hash: str) -> int | None:
        """The new user's id, or None when the name is taken."""

    def by_username(self, username: str) -> User | None:
        """Exactly this name."""

    def by_id(self, user_id: int) -> User | None:
        """Exactly this user."""


class Passwords(Protocol):
    """Hashes that are slow on purpose."""

    def hash(self, password: str) -> str:
        """A salted hash with its parameters."""

    def is_right(self, password: str, *, password_hash: str | None) -> bool:
        """Takes as long for None (no such user) as for a wrong password."""


class Tokens(Protocol):
    """Signed tokens with Simple JWT's claims."""

    def issue(self, *, user_id: int, token_type: str) -> str:
        """A compact JWT; token_type `access` or `refresh` decides its lifetime."""

    def read(self, token: str, *, token_type: str) -> dict[str, Any]:
        """The claims. Raises NotAuthenticated (code token_not_valid)."""

    def public_keys(self) -> list[dict[str, Any]]:
        """RFC 7517 keys, newest first."""
