"""The Authorization header and its refusals, word for word as Simple JWT has them."""

from contracts.errors import NotAuthenticated

SCHEME = "Bearer"


def bearer_token(header: str | None) -> str:
    """The token in the header. Raises NotAuthenticated.

    As in Simple JWT, an empty header and another scheme count as no credentials at all.
    """
    words = (header or "").split()
    if not words or words[0] != SCHEME:
        raise NotAuthenticated
    if len(words) != 2:
        raise NotAuthenticated(
            "Authorization header must contain two space-delimited values",
            code="bad_authorization_header",
        )
    return words[1]


def bad_access_token(why: str) -> NotAuthenticated:
    """The refusal of a token; `why` is a sentence such as "Token is expired"."""
    return NotAuthenticated(
        "Given token not valid for any token type",
        code="token_not_valid",
        messages=[{"token_class": "AccessToken", "token_type": "access", "message": why}],
    )


def user_has_gone(code: str) -> NotAuthenticated:
    """The refusal of a good token whose user is deleted (`user_not_found`) or `user_inactive`."""
    detail = "User is inactive" if code == "user_inactive" else "User not found"
    return NotAuthenticated(detail, code=code)
