"""evaluation's tables."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.inbox import inbox_table
from chassis.outbox import outbox_table

metadata = MetaData()

suites = Table(
    "test_suite",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("assistant_uuid", Uuid, nullable=False),  # of assistants; no foreign key reaches there
    Column("mode", String(20), nullable=False),
    Column("test_cases", JSONB, nullable=False),
    Column("generation", JSONB),  # null where people wrote it
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("user_id", "assistant_uuid", "mode", name="test_suite_one_per_mode"),
)

outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
