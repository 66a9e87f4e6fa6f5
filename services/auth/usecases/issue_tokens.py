"""Sign a user in."""

import unicodedata
from dataclasses import dataclass

from contracts.errors import NotAuthenticated
from contracts.rpc.auth import SignIn, TokenPair
from services.auth.domain.user import User
from services.auth.ports import Tokens, Users
from services.auth.usecases.check_password import CheckPassword


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTokens:
    """Endpoint 41."""

    users: Users
    check_password: CheckPassword
    tokens: Tokens

    def __call__(self, request: SignIn) -> TokenPair:
        """Raises NotAuthenticated, alike for an unknown name, a wrong password and an inactive user.

        Raises Throttled after too many wrong passwords.
        """
        username = unicodedata.normalize("NFKC", request.username)
        user = self.users.by_username(username)
        is_right = self.check_password(
            request.password,
            user=user,
            username=username,
            client_address=request.client_address,
        )
        if user is None or not is_right or not self._is_unchanged(user):
            raise NotAuthenticated("No active account found with the given credentials")
        since = user.tokens_valid_from
        return TokenPair(
            refresh=self.tokens.issue(user_id=user.id, token_type="refresh", since=since),
            access=self.tokens.issue(user_id=user.id, token_type="access", since=since),
        )

    def _is_unchanged(self, user: User) -> bool:
        """Hashing takes a while, and the password may have been changed meanwhile."""
        return self.users.by_id(user.id) == user
