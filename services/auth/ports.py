"""What auth's use cases need from outside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from contracts.rpc.auth import RefusedUser
from services.auth.domain.user import User
from services.auth.domain.zoho import ZohoConnection, ZohoTokens

Claims = Mapping[str, Any]


class Users(Protocol):
    """The users there are; each call is one transaction."""

    def add(self, *, username: str, password_hash: str) -> int | None:
        """The new user's id, or None when the name is taken."""

    def by_username(self, username: str) -> User | None:
        """Exactly this name."""

    def by_id(self, user_id: int) -> User | None:
        """Exactly this user."""

    def change_password(
        self, user_id: int, *, password_hash: str, tokens_valid_from: datetime
    ) -> None:
        """The new hash, and the moment before which every refresh token is void; both or none."""


class Departures(Protocol):
    """Users who go; each call is one transaction, announced with it."""

    def deactivate(self, user_id: int, *, tokens_valid_from: datetime) -> None:
        """Nothing happens where the user has gone already."""

    def delete(self, user_id: int) -> None:
        """The user and all that auth has of theirs."""

    def recent(self) -> list[RefusedUser]:
        """Who went while an access token that was issued before may still be good."""


class RefreshTokens(Protocol):
    """Which refresh tokens are void before their time. Using a void one voids its whole family."""

    def is_void(self, claims: Claims) -> bool:
        """Whether it was revoked or replaced."""

    def revoke(self, claims: Claims) -> bool:
        """False when it was void already."""

    def replace(self, claims: Claims, *, by: Claims) -> bool:
        """Void one and note its successor; False, and no successor, when it was void already."""


class SignInFailures(Protocol):
    """Wrong passwords, counted for all processes together."""

    def wait_s(self, limits: Mapping[str, int]) -> int:
        """Seconds until no subject is over its limit; 0 for now. `limits` by subject."""

    def count(self, limits: Mapping[str, int]) -> None:
        """One more for each subject."""


class Passwords(Protocol):
    """Hashes that are slow on purpose."""

    def hash(self, password: str) -> str:
        """A salted hash with its parameters."""

    def is_right(self, password: str, *, password_hash: str | None) -> bool:
        """Takes as long for None (no such user) as for a wrong password."""


class Tokens(Protocol):
    """Signed tokens with Simple JWT's claims."""

    def issue(self, *, user_id: int, token_type: str, since: datetime | None = None) -> str:
        """A compact JWT; token_type `access`, `refresh` or `zoho_state` decides its lifetime.

        Its `iat` is never before `since`, a user's `tokens_valid_from`.
        """

    def read(self, token: str, *, token_type: str) -> dict[str, Any]:
        """The claims. Raises NotAuthenticated (code token_not_valid)."""

    def public_keys(self) -> list[dict[str, Any]]:
        """RFC 7517 keys, newest first."""


class ZohoStates(Protocol):
    """Authorisations that were begun."""

    def add(self, claims: Claims) -> None:
        """Expect a browser back with this state."""

    def take(self, claims: Claims) -> bool:
        """Whether it was expected: true once."""


class ZohoConnections(Protocol):
    """Users' connections to Zoho, encrypted at rest; one per user."""

    def keep(self, connection: ZohoConnection) -> bool:
        """Store or replace it; without a refresh token the stored one stays. False: there is none."""

    def get(self, user_id: int) -> ZohoConnection | None:
        """With tokens in clear."""

    def forget(self, user_id: int) -> None:
        """It is good for nothing any more."""


class ZohoAccounts(Protocol):
    """Zoho's accounts servers. Every call may raise ZohoRefused, or Unavailable."""

    def authorization_url(self, state: str) -> str:
        """Where the user gives consent."""

    def exchange(self, server: str, *, code: str) -> ZohoTokens:
        """What the browser came back with, for tokens."""

    def refresh(self, server: str, *, refresh_token: str) -> ZohoTokens:
        """A fresh access token."""
