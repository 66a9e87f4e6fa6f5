"""Zoho in PostgreSQL: states as hashes, tokens encrypted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.auth.adapters.sweeping import sweep
from services.auth.adapters.tables import users, zoho_connections, zoho_states
from services.auth.domain.zoho import ZohoConnection, ZohoTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresZohoStates:
    """The port `ZohoStates`."""

    engine: Engine
    now: Callable[[], datetime]

    def add(self, claims: Mapping[str, Any]) -> None:
        expected = insert(zoho_states).values(
            state_hash=_hash(claims),
            user_id=claims["user_id"],
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
        with self.engine.begin() as connection:
            sweep(connection, zoho_states, zoho_states.c.expires_at < self.now())
            connection.execute(expected)

    def take(self, claims: Mapping[str, Any]) -> bool:
        taken = (
            delete(zoho_states)
            .where(
                zoho_states.c.state_hash == _hash(claims),
                zoho_states.c.user_id == claims["user_id"],
            )
            .returning(zoho_states.c.user_id)
        )
        with self.engine.begin() as connection:
            return connection.execute(taken).first() is not None


def _hash(claims: Mapping[str, Any]) -> str:
    return sha256(str(claims["jti"]).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresZohoConnections:
    """The port `ZohoConnections`."""

    engine: Engine
    box: MultiFernet

    def keep(self, connection: ZohoConnection) -> bool:
        values = self._encrypted(connection)
        table = zoho_connections
        with self.engine.begin() as database:
            if not connection.tokens.refresh_token:
                change = update(table).where(table.c.user_id == connection.user_id).values(values)
                return database.execute(change.returning(table.c.user_id)).first() is not None
            theirs = select(users.c.id).where(users.c.id == connection.user_id).with_for_update()
            if not database.execute(theirs).first():
                return False
            row = upsert(table).values(user_id=connection.user_id, **values)
            database.execute(
                row.on_conflict_do_update(index_elements=[table.c.user_id], set_=values)
            )
        return True

    def get(self, user_id: int) -> ZohoConnection | None:
        wanted = select(zoho_connections).where(zoho_connections.c.user_id == user_id)
        with self.engine.connect() as database:
            row = database.execute(wanted).first()
        if row is None:
            return None
        tokens = ZohoTokens(
            access_token=self.box.decrypt(row.access_token.encode()).decode(),
            refresh_token=self.box.decrypt(row.refresh_token.encode()).decode(),
            expires_at=row.access_expires_at,
            api_domain=row.api_domain,
            scope=row.scope,
        )
        return ZohoConnection(
            user_id=row.user_id, accounts_server=row.accounts_server, tokens=tokens
        )

    def forget(self, user_id: int) -> None:
        gone = delete(zoho_connections).where(zoho_connections.c.user_id == user_id)
        with self.engine.begin() as database:
            database.execute(gone)

    def _encrypted(self, connection: ZohoConnection) -> dict[str, Any]:
        tokens = connection.tokens
        values = {
            "accounts_server": connection.accounts_server,
            "api_domain": tokens.api_domain,
            "scope": tokens.scope,
            "access_token": self.box.encrypt(tokens.access_token.encode()).decode(),
            "access_expires_at": tokens.expires_at,
            "updated_at": func.now(),
        }
        if tokens.refresh_token:
            values["refresh_token"] = self.box.encrypt(tokens.refresh_token.encode()).decode()
        return values
