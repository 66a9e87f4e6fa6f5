"""Void refresh tokens in PostgreSQL, forgotten once they have expired anyway."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.auth.adapters.sweeping import sweep
from services.auth.adapters.tables import refresh_tokens

TABLE = refresh_tokens.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresRefreshTokens:
    """The port `RefreshTokens`."""

    engine: Engine
    now: Callable[[], datetime]

    def is_void(self, claims: Mapping[str, Any]) -> bool:
        void = select(TABLE.family).where(TABLE.jti == claims["jti"], TABLE.revoked_at.is_not(None))
        with self.engine.begin() as connection:
            family = connection.execute(void).scalar()
            if family is not None:
                self._void_family(connection, family)
        return family is not None

    def revoke(self, claims: Mapping[str, Any]) -> bool:
        with self.engine.begin() as connection:
            return self._void(connection, claims) is not None

    def replace(self, claims: Mapping[str, Any], *, by: Mapping[str, Any]) -> bool:
        with self.engine.begin() as connection:
            family = self._void(connection, claims)
            if family is None:
                return False
            connection.execute(insert(refresh_tokens).values(_row(by, family=family)))
        return True

    def _void(self, connection: Connection, claims: Mapping[str, Any]) -> str | None:
        """The family it was of; None when it was void already, and then the whole family is."""
        now = self.now()
        sweep(connection, refresh_tokens, TABLE.expires_at < now)
        claim = (
            upsert(refresh_tokens)
            .values(_row(claims, family=claims["jti"], revoked_at=now))
            .on_conflict_do_update(
                index_elements=[TABLE.jti],
                set_={"revoked_at": now},
                where=TABLE.revoked_at.is_(None),
            )
            .returning(TABLE.family)
        )
        family = connection.execute(claim).scalar()
        if family is None:
            known = select(TABLE.family).where(TABLE.jti == claims["jti"])
            self._void_family(connection, connection.execute(known).scalar_one())
        return family

    def _void_family(self, connection: Connection, family: str) -> None:
        rest = (
            update(refresh_tokens)
            .where(TABLE.family == family, TABLE.revoked_at.is_(None))
            .values(revoked_at=self.now())
        )
        connection.execute(rest)


def _row(
    claims: Mapping[str, Any], *, family: str, revoked_at: datetime | None = None
) -> dict[str, Any]:
    return {
        "jti": claims["jti"],
        "family": family,
        "revoked_at": revoked_at,
        "expires_at": datetime.fromtimestamp(claims["exp"], UTC),
    }
