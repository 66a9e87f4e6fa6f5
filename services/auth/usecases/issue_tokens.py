"""Sign a user in."""

import unicodedata
from dataclasses import dataclass

from contracts.errors import NotAuthenticated
from contracts.rpc.auth import Credentials, TokenPair
from services.auth.ports import Passwords, Tokens, Users


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTokens:
    """Endpoint 41."""

    users: Users
    passwords: Passwords
    tokens: Tokens

    def __call__(self, request: Credentials) -> TokenPair:
        """Raises NotAuthenticated, alike for an unknown name, a wrong password and an inactive user."""
        user = self.users.by_username(unicodedata.normalize("NFKC", request.username))
        is_right = self.passwords.is_right(
            request.password, password_hash=user.password_hash if user else None
        )
        if user is None or not is_right or not user.is_active:
            raise NotAuthenticated("No active account found with the given credentials")
        return TokenPair(
            refresh=self.tokens.issue(user_id=user.id, token_type="refresh"),
            access=self.tokens.issue(user_id=user.id, token_type="access"),
        )
