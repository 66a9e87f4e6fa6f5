"""Users in PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert

from services.auth.adapters.tables import users
from services.auth.domain.user import User

COLUMNS = [users.c[name] for name in User.__slots__]


@dataclass(frozen=True, slots=True)
class PostgresUsers:
    """The port `Users`."""

    engine: Engine

    def add(self, *, username: str, password_hash: str) -> int | None:
        statement = (
            insert(users)
            .values(username=username, password_hash=password_hash)
            .on_conflict_do_nothing(index_elements=[users.c.username])
            .returning(users.c.id)
        )
        with self.engine.begin() as connection:
            return connection.execute(statement).scalar()

    def by_username(self, username: str) -> User | None:
        return self._one(users.c.username == username)

    def by_id(self, user_id: int) -> User | None:
        return self._one(users.c.id == user_id)

    def change_password(
        self, user_id: int, *, password_hash: str, tokens_valid_from: datetime
    ) -> None:
        changed = (
            update(users)
            .where(users.c.id == user_id)
            .values(password_hash=password_hash, tokens_valid_from=tokens_valid_from)
        )
        with self.engine.begin() as connection:
            connection.execute(changed)

    def _one(self, condition: Any) -> User | None:
        with self.engine.connect() as connection:
            row = connection.execute(select(*COLUMNS).where(condition)).mappings().first()
        return User(**row) if row else None
