"""Sign a user out."""

from dataclasses import dataclass

from contracts.rpc.auth import Done, RefreshTokenOf
from services.auth.ports import RefreshTokens, Tokens
from services.auth.usecases.refresh_access import refused


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """Voids one refresh token of the user who asks. Access tokens end by themselves."""

    tokens: Tokens
    refresh_tokens: RefreshTokens

    def __call__(self, request: RefreshTokenOf) -> Done:
        """Raises NotAuthenticated (code token_not_valid), also for one that was void already."""
        claims = self.tokens.read(request.refresh, token_type="refresh")
        is_own = claims["user_id"] == request.user_id
        if not is_own or not self.refresh_tokens.revoke(claims):
            raise refused()
        return Done()
