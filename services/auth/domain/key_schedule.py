"""Which signing key signs now, and which are still believed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

REREAD = timedelta(seconds=30)
"""A running process may not know a new key for so long."""


class Scheduled(Protocol):
    """Something with a beginning."""

    @property
    def signs_from(self) -> datetime: ...


Key = TypeVar("Key", bound=Scheduled)


def signing(keys: Sequence[Key], *, now: datetime) -> Key:
    """Of keys newest first, the newest whose time has come; the oldest where none has."""
    return next((key for key in keys if key.signs_from <= now), keys[-1])


def believed(keys: Sequence[Key], *, now: datetime, longest: timedelta) -> list[Key]:
    """Of keys newest first, those that a token with a lifetime of `longest` may be signed with."""
    successors = [None, *keys]
    return [
        key
        for key, successor in zip(keys, successors, strict=False)
        if successor is None or successor.signs_from + REREAD + longest > now
    ]
