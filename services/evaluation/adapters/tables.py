"""evaluation's tables."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    func,
    text,
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

runs = Table(
    "test_run",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("run_id", Uuid, nullable=False, unique=True),
    Column("user_id", BigInteger, nullable=False),
    Column("assistant_uuid", Uuid, nullable=False),
    Column("mode", String(20)),  # of the suite that its cases are from
    Column("status", String(20), nullable=False),
    Column("total", Integer, nullable=False),
    Column("snapshot", JSONB, nullable=False),
    Column("summary", JSONB),  # of a run that has ended
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Index("test_run_by_assistant", "user_id", "assistant_uuid", "id"),
    Index("test_run_running", "id", postgresql_where=text("status = 'running'")),
)

case_runs = Table(
    "test_case_run",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("run", BigInteger, ForeignKey("test_run.id", ondelete="CASCADE"), nullable=False),
    Column("idx", Integer, nullable=False),
    Column("test_case", JSONB, nullable=False),
    Column("result", JSONB),  # written once, with the verdict
    Column("leased_by", Uuid),  # the process that asks, as long as `lease_until` says
    Column("lease_until", DateTime(timezone=True)),
    Column("first_tried_at", DateTime(timezone=True)),
    Column("lost_workers", Integer, nullable=False, server_default="0"),  # that died with it
    Column("touched_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("run", "idx", name="test_case_run_one_per_place"),
)

outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
