"""What a service has of a user: every row of a table that names its user, and what hangs on them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, MetaData, Table, delete

from chassis.inbox import forget_old, is_first_time


@dataclass(frozen=True, slots=True)
class UserRows:
    """Of a service whose rows all are in PostgreSQL. `inbox`: its table of messages heard before."""

    engine: Engine
    metadata: MetaData
    inbox: Table

    def remove(self, user_id: int, *, consumer: str, message_id: UUID) -> int:
        """In one transaction, once per message. Returns how many rows; others follow by cascade."""
        with self.engine.begin() as connection:
            if not is_first_time(connection, self.inbox, consumer=consumer, message_id=message_id):
                return 0
            forget_old(connection, self.inbox)
            removed = 0
            # references before what they refer to
            for table in reversed(self.metadata.sorted_tables):
                if "user_id" in table.c:
                    rows = delete(table).where(table.c.user_id == user_id)
                    removed += len(connection.execute(rows.returning(table.c.user_id)).all())
            return removed
