"""Register a new user."""

from collections.abc import Container
from dataclasses import dataclass

from contracts.errors import InvalidRequest
from contracts.rpc.auth import Credentials, Registered
from services.auth.domain.password_rules import weaknesses
from services.auth.domain.user import normalised_username
from services.auth.ports import Passwords, Users


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Endpoint 43."""

    users: Users
    passwords: Passwords
    common_passwords: Container[str]

    def __call__(self, request: Credentials) -> Registered:
        """Raises InvalidRequest on `username` or `password`; then no user exists."""
        username = normalised_username(request.username)
        reasons = weaknesses(request.password, username=username, common=self.common_passwords)
        if self.users.by_username(username):
            raise _taken()
        if reasons:
            raise InvalidRequest.on("password", *reasons)
        user_id = self.users.add(
            username=username, password_hash=self.passwords.hash(request.password)
        )
        if user_id is None:  # another request took the name while the password was hashed
            raise _taken()
        return Registered(user_id=user_id)


def _taken() -> InvalidRequest:
    return InvalidRequest.on("username", "A user with that username already exists.")
