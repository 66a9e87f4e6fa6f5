"""Deactivate or delete one's own account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.errors import InvalidRequest
from contracts.rpc.auth import Done, PasswordOf
from services.auth.domain.user import User, end_of_second
from services.auth.ports import Departures, Users
from services.auth.usecases.check_password import CheckPassword
from services.auth.usecases.find_user import active_user


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateAccount:
    """No token is good any more; what is theirs stays."""

    users: Users
    check_password: CheckPassword
    departures: Departures
    now: Callable[[], datetime]

    def __call__(self, request: PasswordOf) -> Done:
        """Raises InvalidRequest on `password`, NotAuthenticated, Throttled."""
        user = _consenting(request, users=self.users, check_password=self.check_password)
        self.departures.deactivate(user.id, tokens_valid_from=end_of_second(self.now()))
        return Done()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAccount:
    """Removes all that auth has; the other services are told, and remove what they have."""

    users: Users
    check_password: CheckPassword
    departures: Departures

    def __call__(self, request: PasswordOf) -> Done:
        """Raises InvalidRequest on `password`, NotAuthenticated, Throttled."""
        user = _consenting(request, users=self.users, check_password=self.check_password)
        self.departures.delete(user.id)
        return Done()


def _consenting(request: PasswordOf, *, users: Users, check_password: CheckPassword) -> User:
    user = active_user(users, request.user_id)
    if not check_password(request.password, user=user, username=user.username):
        raise InvalidRequest.on("password", "Incorrect password.")
    return user
