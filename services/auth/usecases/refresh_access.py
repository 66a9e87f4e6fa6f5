"""Give a fresh access token for a refresh token."""

from dataclasses import dataclass

from contracts.errors import NotAuthenticated
from contracts.rpc.auth import AccessToken, RefreshToken
from services.auth.ports import Tokens, Users


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshAccess:
    """Endpoint 42. The refresh token stays good until it expires."""

    users: Users
    tokens: Tokens

    def __call__(self, request: RefreshToken) -> AccessToken:
        """Raises NotAuthenticated (code token_not_valid)."""
        claims = self.tokens.read(request.refresh, token_type="refresh")
        user = self.users.by_id(claims["user_id"])
        if user is None or not user.is_active:
            raise NotAuthenticated("Token is invalid", code="token_not_valid")
        return AccessToken(access=self.tokens.issue(user_id=user.id, token_type="access"))
