"""All rows of a user, whatever table they are in."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, delete

from chassis.inbox import forget_old, is_first_time
from services.evaluation.adapters.tables import inbox, metadata


@dataclass(frozen=True, slots=True)
class PostgresUserRemoval:
    """The port `UserRemoval`. A table that names its user is emptied of them; the others follow by cascade."""

    engine: Engine

    def remove(self, user_id: int, *, consumer: str, message_id: UUID) -> int:
        with self.engine.begin() as connection:
            if not is_first_time(connection, inbox, consumer=consumer, message_id=message_id):
                return 0
            forget_old(connection, inbox)
            removed = 0
            for table in reversed(metadata.sorted_tables):  # references before what they refer to
                if "user_id" in table.c:
                    rows = delete(table).where(table.c.user_id == user_id)
                    removed += len(connection.execute(rows.returning(table.c.user_id)).all())
            return removed
