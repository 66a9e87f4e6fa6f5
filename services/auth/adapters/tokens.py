"""JWTs with Simple JWT's claims, signed with Ed25519."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt

from contracts.errors import NotAuthenticated
from services.auth.adapters.key_ring import KeyRing

ALGORITHM = "EdDSA"
OPTIONS: Any = {
    "require": ["exp", "iat", "jti", "token_type", "user_id"],
    "verify_iat": False,  # right after a change of password it is up to a second ahead
}


class JwtTokens:
    """The port `Tokens`."""

    def __init__(
        self,
        *,
        keys: KeyRing,
        lifetimes: dict[str, timedelta],
        now: Callable[[], datetime],
    ) -> None:
        self._keys = keys
        self._lifetimes = lifetimes
        self._now = now

    def issue(self, *, user_id: int, token_type: str, since: datetime | None = None) -> str:
        now = max(self._now(), since) if since else self._now()
        claims = {
            "token_type": token_type,
            "exp": now + self._lifetimes[token_type],
            "iat": now,
            "jti": uuid4().hex,
            "user_id": user_id,
        }
        key = self._keys.signing()
        return jwt.encode(claims, key.private, ALGORITHM, headers={"kid": key.kid})

    def read(self, token: str, *, token_type: str) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, self._public_key(token), [ALGORITHM], options=OPTIONS)
        except jwt.ExpiredSignatureError:
            raise _invalid("Token is expired") from None
        except (jwt.InvalidTokenError, KeyError, UnicodeError):
            raise _invalid("Token is invalid") from None
        if claims["token_type"] != token_type:
            raise _invalid("Token has wrong type")
        return dict(claims)

    def _public_key(self, token: str) -> Any:
        key = self._keys.find(str(jwt.get_unverified_header(token)["kid"]))
        if key is None:
            raise _invalid("Token is invalid")
        return key.private.public_key()

    def public_keys(self) -> list[dict[str, Any]]:
        return [key.jwk for key in self._keys.believed()]


def _invalid(detail: str) -> NotAuthenticated:
    return NotAuthenticated(detail, code="token_not_valid")
