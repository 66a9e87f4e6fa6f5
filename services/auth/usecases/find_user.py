"""Find the user who asks."""

from contracts.errors import NotAuthenticated
from services.auth.domain.user import User
from services.auth.ports import Users


def active_user(users: Users, user_id: int) -> User:
    """Raises NotAuthenticated (code user_not_found or user_inactive)."""
    user = users.by_id(user_id)
    if user is None:
        raise NotAuthenticated("User not found", code="user_not_found")
    if not user.is_active:
        raise NotAuthenticated("User is inactive", code="user_inactive")
    return user
