"""Give a fresh access token for a refresh token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.errors import NotAuthenticated
from contracts.rpc.auth import AccessToken, RefreshToken
from services.auth.domain.user import User
from services.auth.ports import RefreshTokens, Tokens, Users


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshAccess:
    """Endpoint 42. The refresh token stays good until it expires or is revoked.

    `rotates`: each one is good once and answers its successor; using an old one again voids all that
    came of the same sign-in, as it was stolen from one of its two users.
    """

    users: Users
    tokens: Tokens
    refresh_tokens: RefreshTokens
    rotates: bool

    def __call__(self, request: RefreshToken) -> AccessToken:
        """Raises NotAuthenticated (code token_not_valid)."""
        claims = self.tokens.read(request.refresh, token_type="refresh")
        user = self.users.by_id(claims["user_id"])
        if user is None or not user.believes(claims):
            raise refused()
        since = user.tokens_valid_from
        refresh = self._successor(user, claims) if self.rotates else None
        if refresh is None and self.refresh_tokens.is_void(claims):
            raise refused()
        access = self.tokens.issue(user_id=user.id, token_type="access", since=since)
        return AccessToken(access=access, refresh=refresh)

    def _successor(self, user: User, claims: Mapping[str, Any]) -> str:
        refresh = self.tokens.issue(
            user_id=user.id, token_type="refresh", since=user.tokens_valid_from
        )
        new = self.tokens.read(refresh, token_type="refresh")
        if not self.refresh_tokens.replace(claims, by=new):
            raise refused()
        return refresh


def refused() -> NotAuthenticated:
    """Simple JWT's answer to a token that is good no more."""
    return NotAuthenticated("Token is invalid", code="token_not_valid")
