"""Change a password."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime

from contracts.errors import InvalidRequest
from contracts.rpc.auth import ChangePassword, Done
from services.auth.domain.password_rules import weaknesses
from services.auth.domain.user import end_of_second
from services.auth.ports import Passwords, Users
from services.auth.usecases.check_password import CheckPassword
from services.auth.usecases.find_user import active_user


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePasswordOf:
    """Voids every refresh token that was issued before."""

    users: Users
    passwords: Passwords
    check_password: CheckPassword
    common_passwords: Container[str]
    now: Callable[[], datetime]

    def __call__(self, request: ChangePassword) -> Done:
        """Raises InvalidRequest on `old_password` or `new_password`, NotAuthenticated, Throttled."""
        user = active_user(self.users, request.user_id)
        if not self.check_password(request.old_password, user=user, username=user.username):
            raise InvalidRequest.on(
                "old_password",
                "Your old password was entered incorrectly. Please enter it again.",
            )
        reasons = weaknesses(
            request.new_password, username=user.username, common=self.common_passwords
        )
        if reasons:
            raise InvalidRequest.on("new_password", *reasons)
        password_hash = self.passwords.hash(request.new_password)
        self.users.change_password(
            user.id, password_hash=password_hash, tokens_valid_from=end_of_second(self.now())
        )
        return Done()
