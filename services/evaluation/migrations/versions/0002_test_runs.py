"""Test runs and their cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def _moment(name: str, *, now: bool = False) -> sa.Column:
    default = sa.func.now() if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not now, server_default=default)


def upgrade() -> None:
    op.create_table(
        "test_run",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("run_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("assistant_uuid", sa.Uuid, nullable=False),
        sa.Column("mode", sa.String(20)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("snapshot", JSONB, nullable=False),
        sa.Column("summary", JSONB),
        _moment("created_at", now=True),
        _moment("finished_at"),
    )
    op.create_index("test_run_by_assistant", "test_run", ["user_id", "assistant_uuid", "id"])
    op.create_index(
        "test_run_running", "test_run", ["id"], postgresql_where=sa.text("status = 'running'")
    )
    op.create_table(
        "test_case_run",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "run",
            sa.BigInteger,
            sa.ForeignKey("test_run.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("idx", sa.Integer, nullable=False),
        sa.Column("test_case", JSONB, nullable=False),
        sa.Column("result", JSONB),
        sa.Column("leased_by", sa.Uuid),
        _moment("lease_until"),
        _moment("first_tried_at"),
        sa.Column("lost_workers", sa.Integer, nullable=False, server_default="0"),
        _moment("touched_at", now=True),
        sa.UniqueConstraint("run", "idx", name="test_case_run_one_per_place"),
    )


def downgrade() -> None:
    op.drop_table("test_case_run")
    op.drop_table("test_run")
