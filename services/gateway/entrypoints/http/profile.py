"""Endpoint 2: who am I?"""

from contracts.rpc.auth import Profile, UserRef
from services.gateway.entrypoints.http.credentials import App, Caller
from services.gateway.entrypoints.http.routing import private_router

router = private_router("profile")


@router.get("/api/analytics/user/profile/", summary="Get my profile")
async def get_profile(app: App, user_id: Caller) -> Profile:
    """An empty string for what is not set."""
    return await app.auth.get_profile(UserRef(user_id=user_id))
