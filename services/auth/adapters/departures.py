"""Users who go: their rows, the note that refuses their tokens, and the news of it, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.outbox import announcement
from contracts.events.auth import UserDeactivated, UserDeleted
from contracts.rpc.auth import RefusedUser
from services.auth.adapters.sweeping import sweep
from services.auth.adapters.tables import departed_users, outbox, users

MARGIN = timedelta(minutes=5)
"""A token may still be issued while its user goes, and clocks differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresDepartures:
    """The port `Departures`."""

    engine: Engine
    access_lifetime: timedelta
    now: Callable[[], datetime]

    def deactivate(self, user_id: int, *, tokens_valid_from: datetime) -> None:
        change = (
            update(users)
            .where(users.c.id == user_id, users.c.is_active)
            .values(is_active=False, tokens_valid_from=tokens_valid_from)
            .returning(users.c.id)
        )
        with self.engine.begin() as connection:
            if connection.execute(change).first():
                self._note(connection, user_id, "user_inactive")
                connection.execute(announcement(outbox, UserDeactivated(user_id=user_id)))

    def delete(self, user_id: int) -> None:
        removal = delete(users).where(users.c.id == user_id).returning(users.c.id)
        with self.engine.begin() as connection:
            if connection.execute(removal).first():
                self._note(connection, user_id, "user_not_found")
                connection.execute(announcement(outbox, UserDeleted(user_id=user_id)))

    def recent(self) -> list[RefusedUser]:
        table = departed_users.c
        statement = select(table.user_id, table.code).where(table.departed_at > self._oldest())
        with self.engine.connect() as connection:
            rows = connection.execute(statement).mappings().all()
        return [RefusedUser.model_validate(dict(row)) for row in rows]

    def _oldest(self) -> datetime:
        return self.now() - self.access_lifetime - MARGIN

    def _note(self, connection: Connection, user_id: int, code: str) -> None:
        told = {"code": code, "departed_at": self.now()}
        note = insert(departed_users).values(user_id=user_id, **told)
        connection.execute(
            note.on_conflict_do_update(index_elements=[departed_users.c.user_id], set_=told)
        )
        sweep(connection, departed_users, departed_users.c.departed_at < self._oldest())
