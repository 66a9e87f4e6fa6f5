"""auth over RPC."""

from chassis.nameko_door import Wired, answers
from contracts.rpc.auth import (
    AccessToken,
    Credentials,
    KeySet,
    Profile,
    RefreshToken,
    Registered,
    TokenPair,
    UserRef,
)
from contracts.shapes import Shape
from services.auth.wiring import Application


class AuthService:
    """The protocol `contracts.rpc.auth.Auth`."""

    name = "auth"
    app: Application = Wired()

    @answers(Credentials)
    def register(self, request: Credentials) -> Registered:
        return self.app.register(request)

    @answers(Credentials)
    def issue_tokens(self, request: Credentials) -> TokenPair:
        return self.app.issue_tokens(request)

    @answers(RefreshToken)
    def refresh_access(self, request: RefreshToken) -> AccessToken:
        return self.app.refresh_access(request)

    @answers(UserRef)
    def get_profile(self, request: UserRef) -> Profile:
        return self.app.get_profile(request)

    @answers(Shape)
    def get_key_set(self, _request: Shape) -> KeySet:
        return self.app.get_key_set()
