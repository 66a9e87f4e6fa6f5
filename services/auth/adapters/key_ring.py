"""The signing keys as a running process sees them: read again now and then, so that a rotation reaches it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from cryptography.fernet import MultiFernet
from sqlalchemy import Engine

from chassis.database import DATABASE_AWAY
from services.auth.adapters.signing_keys import SigningKey, read_keys
from services.auth.domain.key_schedule import REREAD, believed, signing

log = structlog.get_logger(__name__)
PATIENCE = timedelta(seconds=3)


class KeyRing:
    """Keys are read every REREAD, and when a token names an unknown one, then at most every PATIENCE."""

    def __init__(
        self,
        read: Callable[[], list[SigningKey]],
        *,
        longest: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        """`longest`: the longest lifetime of a token, for which a replaced key is still believed."""
        self._read = read
        self._longest = longest
        self._now = now
        self._keys = read()
        self._read_at = now()

    def signing(self) -> SigningKey:
        """The key for a new token."""
        self._renew(REREAD)
        return signing(self._keys, now=self._now())

    def find(self, kid: str) -> SigningKey | None:
        """A believed key by its id."""
        self._renew(REREAD)
        if kid not in {key.kid for key in self._keys}:
            self._renew(PATIENCE)
        return next((key for key in self.believed() if key.kid == kid), None)

    def believed(self) -> list[SigningKey]:
        """Newest first, the one that does not sign yet included: it is published before it signs."""
        self._renew(REREAD)
        return believed(self._keys, now=self._now(), longest=self._longest)

    def _renew(self, age: timedelta) -> None:
        if self._now() - self._read_at < age:
            return
        self._read_at = self._now()
        try:
            self._keys = self._read()
        except DATABASE_AWAY as error:
            log.warning("signing_keys_not_renewed", reason=str(error)[:300], kept=len(self._keys))


def reader(engine: Engine, box: MultiFernet) -> Callable[[], list[SigningKey]]:
    """How a KeyRing reads them from PostgreSQL."""

    def read() -> list[SigningKey]:
        with engine.connect() as connection:
            return read_keys(connection, box)

    return read
