"""Tell a user who they are."""

from dataclasses import dataclass

from contracts.rpc.auth import Profile, UserRef
from services.auth.ports import Users
from services.auth.usecases.find_user import active_user


@dataclass(frozen=True, slots=True, kw_only=True)
class GetProfile:
    """Endpoint 2."""

    users: Users

    def __call__(self, request: UserRef) -> Profile:
        """Raises NotAuthenticated (code user_not_found or user_inactive)."""
        user = active_user(self.users, request.user_id)
        return Profile(
            username=user.username,
            first_name=user.first_name,
            last_name=user.last_name,
            email=user.email,
        )
