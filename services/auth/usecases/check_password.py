"""Tell whether a password is a user's, and how often one may guess."""

from dataclasses import dataclass

from contracts.errors import Throttled
from services.auth.domain.throttling import FailureLimits
from services.auth.domain.user import User
from services.auth.ports import Passwords, SignInFailures


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPassword:
    """Wrong ones are counted for the user name and for the client's address, right ones are not."""

    passwords: Passwords
    failures: SignInFailures
    limits: FailureLimits

    def __call__(
        self, password: str, *, user: User | None, username: str, client_address: str = ""
    ) -> bool:
        """True for the password of an active user. Raises Throttled, then also for the right one."""
        limits = self.limits.by_subject(username=username, client_address=client_address)
        if wait_s := self.failures.wait_s(limits):
            raise Throttled(retry_after_s=wait_s)
        is_match = self.passwords.is_right(
            password, password_hash=user.password_hash if user else None
        )
        is_right = is_match and user is not None and user.is_active
        if not is_right:
            self.failures.count(limits)
        return is_right
