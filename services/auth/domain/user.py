"""A user, and what a user name may look like."""

import unicodedata
from dataclasses import dataclass

from contracts.errors import InvalidRequest

ALLOWED_SIGNS = set("@.+-_")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who may sign in. An empty string for what is not set."""

    id: int
    username: str
    password_hash: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    is_active: bool = True


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
