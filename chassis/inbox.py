"""Messages that arrive once: one row per (consumer, message id), written in the effect's transaction."""

from uuid import UUID

from sqlalchemy import Column, Connection, DateTime, MetaData, Table, Text, Uuid, delete, func, text
from sqlalchemy.dialects.postgresql import insert


def inbox_table(metadata: MetaData) -> Table:
    """The table, for a service's own metadata and migrations."""
    return Table(
        "inbox",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("message_id", Uuid, primary_key=True),
        Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


def is_first_time(connection: Connection, table: Table, *, consumer: str, message_id: UUID) -> bool:
    """Claim a message for this transaction; False when an earlier one has applied it."""
    claim = (
        insert(table)
        .values(consumer=consumer, message_id=message_id)
        .on_conflict_do_nothing()
        .returning(table.c.message_id)  # rowcount is -1 here in SQLAlchemy 2.1
    )
    return connection.execute(claim).first() is not None


def forget_old(connection: Connection, table: Table, *, days: int = 30) -> None:
    """Drop rows that no redelivery can ask for any more."""
    old = table.c.received_at < func.now() - text(f"interval '{int(days)} days'")
    connection.execute(delete(table).where(old))
