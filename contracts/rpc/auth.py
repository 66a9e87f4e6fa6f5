"""auth answers: users, tokens, the public keys that everybody checks tokens with."""

from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, Field

from contracts.shapes import Shape, Text, UserId


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("This field may not be blank.")
    return text


Username = Annotated[Text, Field(max_length=150), AfterValidator(_not_blank)]
Password = Annotated[Text, Field(max_length=1024), AfterValidator(_not_blank)]


class Credentials(Shape):
    """What registration and token issue take."""

    username: Username
    password: Password


class TokenPair(Shape):
    """Two compact JWTs with Simple JWT's claims."""

    refresh: str
    access: str


class RefreshToken(Shape):
    """A refresh token as the client sent it."""

    refresh: Annotated[Text, Field(max_length=8192), AfterValidator(_not_blank)]


class AccessToken(Shape):
    """A fresh access token; `refresh` is set only where rotation is on."""

    access: str
    refresh: str | None = None


class UserRef(Shape):
    """Which user."""

    user_id: UserId


class Profile(Shape):
    """Endpoint 2: an empty string for what is not set."""

    username: str
    first_name: str
    last_name: str
    email: str


class Registered(Shape):
    """The new user's id."""

    user_id: UserId


class KeySet(Shape):
    """RFC 7517: public keys that access tokens are signed with, newest first."""

    keys: list[dict[str, Any]]


class Auth(Protocol):
    """RPC service `auth`."""

    def register(self, request: Credentials) -> Registered:
        """Raises InvalidRequest (name taken, weak password)."""

    def issue_tokens(self, request: Credentials) -> TokenPair:
        """Raises NotAuthenticated."""

    def refresh_access(self, request: RefreshToken) -> AccessToken:
        """Raises NotAuthenticated (code token_not_valid)."""

    def get_profile(self, request: UserRef) -> Profile:
        """Raises NotAuthenticated (code user_not_found, user_inactive)."""

    def get_key_set(self) -> KeySet:
        """Never fails but for Unavailable."""
