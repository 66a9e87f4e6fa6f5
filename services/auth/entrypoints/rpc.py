"""auth over RPC."""

from chassis.nameko_door import Wired, answers
from contracts.rpc.auth import (
    AccessToken,
    AuthorizationUrl,
    ChangePassword,
    Credentials,
    Done,
    KeySet,
    PasswordOf,
    Profile,
    RefreshToken,
    RefreshTokenOf,
    Registered,
    SignIn,
    TokenPair,
    UserRef,
    ZohoAccess,
    ZohoAnswer,
    ZohoOutcome,
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

    @answers(SignIn)
    def issue_tokens(self, request: SignIn) -> TokenPair:
        return self.app.issue_tokens(request)

    @answers(RefreshToken)
    def refresh_access(self, request: RefreshToken) -> AccessToken:
        return self.app.refresh_access(request)

    @answers(RefreshTokenOf)
    def sign_out(self, request: RefreshTokenOf) -> Done:
        return self.app.sign_out(request)

    @answers(ChangePassword)
    def change_password(self, request: ChangePassword) -> Done:
        return self.app.change_password(request)

    @answers(PasswordOf)
    def deactivate_account(self, request: PasswordOf) -> Done:
        return self.app.deactivate_account(request)

    @answers(PasswordOf)
    def delete_account(self, request: PasswordOf) -> Done:
        return self.app.delete_account(request)

    @answers(UserRef)
    def get_profile(self, request: UserRef) -> Profile:
        return self.app.get_profile(request)

    @answers(Shape)
    def get_key_set(self, _request: Shape) -> KeySet:
        return self.app.get_key_set()

    @answers(UserRef)
    def connect_zoho(self, request: UserRef) -> AuthorizationUrl:
        return self.app.connect_zoho(request)

    @answers(ZohoAnswer)
    def complete_zoho(self, request: ZohoAnswer) -> ZohoOutcome:
        return self.app.complete_zoho(request)

    @answers(UserRef)
    def get_zoho_access(self, request: UserRef) -> ZohoAccess:
        return self.app.get_zoho_access(request)
