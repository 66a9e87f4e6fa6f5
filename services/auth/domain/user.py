"""A user, and what a user name may look like."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.errors import InvalidRequest

ALLOWED_SIGNS = set("@.+-_")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who may sign in. An empty string for what is not set.

    `tokens_valid_from` is a whole second: refresh tokens issued before it were revoked all at once.
    """

    id: int
    username: str
    password_hash: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    is_active: bool = True
    tokens_valid_from: datetime | None = None

    def believes(self, claims: Mapping[str, Any]) -> bool:
        """Whether a refresh token with these claims still speaks for the user."""
        since = self.tokens_valid_from
        return self.is_active and (since is None or claims["iat"] >= since.timestamp())


def end_of_second(now: datetime) -> datetime:
    """From here on tokens count when all before `now` shall not: their `iat` knows whole seconds only."""
    return now.replace(microsecond=0) + timedelta(seconds=1)


def normalised_username(username: str) -> str:
    """NFKC, so that look-alike spellings are one name. Raises InvalidRequest on other characters.

    Letters, marks and numbers of any script count: `\\w` would refuse Hindi's vowel signs.
    """
    name = unicodedata.normalize("NFKC", username)
    if not all(sign in ALLOWED_SIGNS or unicodedata.category(sign)[0] in "LMN" for sign in name):
        raise InvalidRequest.on(
            "username",
            "Enter a valid username. This value may contain only letters, numbers, "
            "and @/./+/-/_ characters.",
        )
    return name
