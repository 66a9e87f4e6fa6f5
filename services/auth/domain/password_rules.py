"""Which passwords are too weak, in the words of Django's validators."""

from collections.abc import Container
from difflib import SequenceMatcher

MINIMUM_LENGTH = 8
TOO_SIMILAR = 0.7


def weaknesses(password: str, *, username: str, common: Container[str]) -> list[str]:
    """Every reason against a password; empty when it will do. `common` holds lower-case passwords."""
    reasons = []
    if _is_similar(password.lower(), username.lower()):
        reasons.append("The password is too similar to the username.")
    if len(password) < MINIMUM_LENGTH:
        reasons.append(
            f"This password is too short. It must contain at least {MINIMUM_LENGTH} characters."
        )
    if password.lower().strip() in common:
        reasons.append("This password is too common.")
    if password.isdigit():
        reasons.append("This password is entirely numeric.")
    return reasons


def _is_similar(password: str, username: str) -> bool:
    if len(password) > 10 * max(1, len(username)):
        return False  # comparing costs the product of the lengths
    return SequenceMatcher(a=password, b=username).quick_ratio() >= TOO_SIMILAR
