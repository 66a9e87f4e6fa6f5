"""All knowledge bases and tasks of a user, and with them all that knowledge has of theirs."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, delete

from chassis.inbox import forget_old, is_first_time
from services.knowledge.adapters.base_removal import remove_bases
from services.knowledge.adapters.tables import inbox, knowledge_base, task


@dataclass(frozen=True, slots=True)
class PostgresUserRemoval:
    """The port `UserRemoval`; the sweeper takes away bytes and vectors."""

    engine: Engine

    def remove(self, user_id: int, *, consumer: str, message_id: UUID) -> int:
        with self.engine.begin() as connection:
            if not is_first_time(connection, inbox, consumer=consumer, message_id=message_id):
                return 0
            forget_old(connection, inbox)
            removed = len(remove_bases(connection, knowledge_base.c.user_id == user_id))
            connection.execute(delete(task).where(task.c.user_id == user_id))  # they outlive bases
            return removed
