"""A new signing key, and everything that is encrypted, under the newest secret key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from cryptography.fernet import MultiFernet
from sqlalchemy import Column, Connection, Engine, Table, delete, insert, select, update

from services.auth.adapters.signing_keys import lock_keys, new_key, read_keys
from services.auth.adapters.tables import signing_keys, zoho_connections
from services.auth.domain.key_schedule import believed

log = structlog.get_logger(__name__)
ENCRYPTED = [
    (signing_keys, signing_keys.c.private_key),
    (zoho_connections, zoho_connections.c.access_token),
    (zoho_connections, zoho_connections.c.refresh_token),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotation:
    """`longest`: the longest lifetime of a token; `delay`: from publishing a key until it signs."""

    engine: Engine
    box: MultiFernet
    longest: timedelta
    delay: timedelta

    def __call__(self, now: datetime) -> None:
        """All or nothing; running processes notice by themselves."""
        with self.engine.begin() as connection:
            lock_keys(connection)
            made = {**new_key(self.box), "signs_from": now + self.delay}
            connection.execute(insert(signing_keys).values(**made))
            removed = self._remove_old(connection, now)
            encrypted = sum(
                self._encrypt_anew(connection, table, column) for table, column in ENCRYPTED
            )
        log.info(
            "signing_key_made",
            kid=made["kid"],
            signs_from=made["signs_from"].isoformat(),
            removed=removed,
            encrypted_anew=encrypted,
        )

    def _remove_old(self, connection: Connection, now: datetime) -> int:
        keys = read_keys(connection, self.box)
        kept = {key.kid for key in believed(keys, now=now, longest=self.longest)}
        gone = [key.kid for key in keys if key.kid not in kept]
        if gone:
            connection.execute(delete(signing_keys).where(signing_keys.c.kid.in_(gone)))
        return len(gone)

    def _encrypt_anew(self, connection: Connection, table: Table, column: Column[str]) -> int:
        key = table.primary_key.columns[0]
        rows = connection.execute(select(key, column).with_for_update()).all()
        for identity, secret in rows:
            anew = {column.name: self.box.rotate(secret.encode()).decode()}
            connection.execute(update(table).where(key == identity).values(anew))
        return len(rows)
