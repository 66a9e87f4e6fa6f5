"""Tell a user who they are."""

from dataclasses import dataclass

from contracts.errors import NotAuthenticated
from contracts.rpc.auth import Profile, UserRef
from services.auth.ports import Users


@dataclass(frozen=True, slots=True, kw_only=True)
class GetProfile:
    """Endpoint 2."""

    users: Users

    def __call__(self, request: UserRef) -> Profile:
        """Raises NotAuthenticated (code user_not_found or user_inactive)."""
        user = self.users.by_id(request.user_id)
        if user is None:
            raise NotAuthenticated("User not found", code="user_not_found")
        if not user.is_active:
            raise NotAuthenticated("User is inactive", code="user_inactive")
        return Profile(
            username=user.username,
            first_name=user.first_name,
            last_name=user.last_name,
            email=user.email,
        )
