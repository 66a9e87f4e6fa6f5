"""Access tokens checked here, with auth's public keys: no call per request."""

from typing import Any

import jwt

from services.gateway.adapters.key_sets import ALGORITHM, KeySets
from services.gateway.domain.authorization import bad_access_token, user_has_gone

MAX_LENGTH = 8192
OPTIONS: Any = {
    "require": ["exp", "iat", "jti", "token_type", "user_id"],
    "verify_iat": False,  # a clock that is a second ahead on auth's machine is no fraud
    "verify_aud": False,
    "verify_sub": False,
    "verify_jti": False,
}


class JwtAccessTokens:
    """The port `AccessTokens`."""

    def __init__(self, key_sets: KeySets) -> None:
        self._key_sets = key_sets

    async def user_id(self, token: str) -> int:
        key = await self._key_sets.key(_key_id(token))
        if key is None:
            raise bad_access_token("Token is invalid")
        try:
            claims = jwt.decode(token, key, [ALGORITHM], options=OPTIONS)
        except jwt.ExpiredSignatureError:
            raise bad_access_token("Token is expired") from None
        except (jwt.InvalidTokenError, ValueError):
            raise bad_access_token("Token is invalid") from None
        if claims["token_type"] != "access":
            raise bad_access_token("Token has wrong type")
        user_id = _user_id(claims["user_id"])
        if code := self._key_sets.refusal(user_id):
            raise user_has_gone(code)
        return user_id

    def refuse(self, user_id: int, code: str) -> None:
        self._key_sets.refuse(user_id, code)


def _key_id(token: str) -> str:
    if len(token) > MAX_LENGTH or not token.isascii():
        raise bad_access_token("Token is invalid")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        raise bad_access_token("Token is invalid") from None
    key_id = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
        raise bad_access_token("Token is invalid")
    return key_id


def _user_id(claim: Any) -> int:
    """Simple JWT 5.5 writes the id as text, earlier ones as a number."""
    text = str(claim)
    if isinstance(claim, bool) or not text.isdecimal() or not 0 < int(text) < 2**63:
        raise bad_access_token("Token is invalid")
    return int(text)
