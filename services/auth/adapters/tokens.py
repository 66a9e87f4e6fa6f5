"""JWTs with Simple JWT's claims, signed with Ed25519."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt

from contracts.errors import NotAuthenticated
from services.auth.adapters.signing_keys import SigningKey

ALGORITHM = "EdDSA"


class JwtTokens:
    """The port `Tokens`. `keys` newest first: the first signs, all of them are believed."""

    def __init__(
        self,
        *,
        keys: list[SigningKey],
        lifetimes: dict[str, timedelta],
        now: Callable[[], datetime],
    ) -> None:
        self._keys = keys
        self._lifetimes = lifetimes
        self._now = now
        self._public_by_kid = {key.kid: key.private.public_key() for key in keys}

    def issue(self, *, user_id: int, token_type: str) -> str:
        now = self._now()
        claims = {
            "token_type": token_type,
            "exp": now + self._lifetimes[token_type],
            "iat": now,
            "jti": uuid4().hex,
            "user_id": user_id,
        }
        key = self._keys[0]
        return jwt.encode(claims, key.private, ALGORITHM, headers={"kid": key.kid})

    def read(self, token: str, *, token_type: str) -> dict[str, Any]:
        try:
            public = self._public_by_kid[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                public,
                [ALGORITHM],
                options={"require": ["exp", "iat", "jti", "token_type", "user_id"]},
            )
        except jwt.ExpiredSignatureError:
            raise _invalid("Token is expired") from None
        except (jwt.InvalidTokenError, KeyError, UnicodeError):
            raise _invalid("Token is invalid") from None
        if claims["token_type"] != token_type:
            raise _invalid("Token has wrong type")
        return dict(claims)

    def public_keys(self) -> list[dict[str, Any]]:
        return [key.jwk for key in self._keys]


def _invalid(detail: str) -> NotAuthenticated:
    return NotAuthenticated(detail, code="token_not_valid")
