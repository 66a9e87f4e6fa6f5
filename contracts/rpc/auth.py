"""auth answers: users, tokens, the public keys that everybody checks tokens with."""

from typing import Annotated, Any, Literal, Protocol

from pydantic import AfterValidator, Field

from contracts.shapes import NotBlank, Shape, Text, UserId


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("This field may not be blank.")
    return text


Username = Annotated[Text, Field(max_length=150), AfterValidator(_not_blank), NotBlank]
Password = Annotated[Text, Field(max_length=1024), AfterValidator(_not_blank), NotBlank]


class Credentials(Shape):
    """What registration and token issue take."""

    username: Username
    password: Password


class SignIn(Credentials):
    """Endpoint 41; `client_address` is where the client is, as the gateway sees it ("" unknown)."""

    client_address: Annotated[Text, Field(max_length=64)] = ""


class TokenPair(Shape):
    """Two compact JWTs with Simple JWT's claims."""

    refresh: str
    access: str


class RefreshToken(Shape):
    """A refresh token as the client sent it."""

    refresh: Annotated[Text, Field(max_length=8192), AfterValidator(_not_blank), NotBlank]


class AccessToken(Shape):
    """A fresh access token; `refresh` is set only where rotation is on."""

    access: str
    refresh: str | None = None


class UserRef(Shape):
    """Which user."""

    user_id: UserId


class RefreshTokenOf(UserRef, RefreshToken):
    """A refresh token, and who is signing out with it."""


class ChangePassword(UserRef):
    """A new password for a user who knows the old one."""

    old_password: Password
    new_password: Password


class PasswordOf(UserRef):
    """A user's consent to what cannot be undone."""

    password: Password


class Done(Shape):
    """It happened."""


class Profile(Shape):
    """Endpoint 2: an empty string for what is not set."""

    username: str
    first_name: str
    last_name: str
    email: str


class Registered(Shape):
    """The new user's id."""

    user_id: UserId


class RefusedUser(Shape):
    """A user whose access tokens are to be refused although they have not expired."""

    user_id: UserId
    code: Literal["user_not_found", "user_inactive"]


class KeySet(Shape):
    """RFC 7517: public keys that access tokens are signed with, newest first; and who is refused.

    `refused` holds the users who went while an access token of theirs may be good; who goes later is
    announced by `contracts.events.auth`.
    """

    keys: list[dict[str, Any]]
    refused: list[RefusedUser] = []


class AuthorizationUrl(Shape):
    """Where a browser goes to connect Zoho; good for ten minutes, once."""

    authorization_url: str


Parameter = Annotated[Text, Field(max_length=4096)]


class ZohoAnswer(Shape):
    """Endpoint 40: what Zoho sent the browser back with; "" for what was not in it."""

    state: Parameter = ""
    code: Parameter = ""
    error: Parameter = ""
    location: Parameter = ""
    accounts_server: Parameter = ""


class ZohoOutcome(Shape):
    """`reason` is a word for the front end, of letters and underscores; "" when it went well."""

    is_connected: bool
    reason: str = ""


class ZohoAccess(Shape):
    """A token that Zoho's API at `api_domain` takes for at least a minute."""

    access_token: str
    api_domain: str


class Auth(Protocol):
    """RPC service `auth`."""

    def register(self, request: Credentials) -> Registered:
        """Raises InvalidRequest (name taken, weak password)."""

    def issue_tokens(self, request: SignIn) -> TokenPair:
        """Raises NotAuthenticated, Throttled."""

    def refresh_access(self, request: RefreshToken) -> AccessToken:
        """Raises NotAuthenticated (code token_not_valid)."""

    def sign_out(self, request: RefreshTokenOf) -> Done:
        """Revokes that refresh token. Raises NotAuthenticated (code token_not_valid)."""

    def change_password(self, request: ChangePassword) -> Done:
        """Revokes every refresh token there was. Raises InvalidRequest, NotAuthenticated, Throttled."""

    def deactivate_account(self, request: PasswordOf) -> Done:
        """Refuses the user from now on. Raises InvalidRequest, NotAuthenticated, Throttled."""

    def delete_account(self, request: PasswordOf) -> Done:
        """Removes the user, and tells everybody. Raises as `deactivate_account`."""

    def get_profile(self, request: UserRef) -> Profile:
        """Raises NotAuthenticated (code user_not_found, user_inactive)."""

    def get_key_set(self) -> KeySet:
        """Never fails but for Unavailable."""

    def connect_zoho(self, request: UserRef) -> AuthorizationUrl:
        """Raises InvalidRequest where Zoho is not configured, NotAuthenticated."""

    def complete_zoho(self, request: ZohoAnswer) -> ZohoOutcome:
        """Never raises for what Zoho or the browser did wrong: the reason says it."""

    def get_zoho_access(self, request: UserRef) -> ZohoAccess:
        """Refreshed when it is about to expire. Raises NotFound (what: zoho_connection), Unavailable."""
