"""Test suites, and the in- and outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None


def _now(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    op.create_table(
        "test_suite",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("assistant_uuid", sa.Uuid, nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("test_cases", JSONB, nullable=False),
        sa.Column("generation", JSONB),
        _now("created_at"),
        _now("updated_at"),
        sa.UniqueConstraint("user_id", "assistant_uuid", "mode", name="test_suite_one_per_mode"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("message_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("exchange", sa.Text, nullable=False),
        sa.Column("routing_key", sa.Text, nullable=False),
        sa.Column("must_be_routed", sa.Boolean, nullable=False),
        sa.Column("headers", JSONB, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        _now("created_at"),
    )
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("message_id", sa.Uuid, primary_key=True),
        _now("received_at"),
    )


def downgrade() -> None:
    for name in ("inbox", "outbox", "test_suite"):
        op.drop_table(name)
