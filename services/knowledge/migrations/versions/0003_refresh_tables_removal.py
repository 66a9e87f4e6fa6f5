"""Refreshed documents, tables of data Excels, knowledge bases that went, vectors purged twice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

_TASK_BASE = "task_knowledge_base_id_fkey"


def _task_refers(*, ondelete: str, nullable: bool) -> None:
    op.drop_constraint(_TASK_BASE, "task")
    op.alter_column("task", "knowledge_base_id", nullable=nullable)
    op.create_foreign_key(
        _TASK_BASE, "task", "knowledge_base", ["knowledge_base_id"], ["id"], ondelete=ondelete
    )


def upgrade() -> None:
    op.add_column("upload", sa.Column("refreshes", sa.BigInteger))
    op.add_column("document", sa.Column("summary", sa.Text))
    op.add_column(
        "document",
        sa.Column("tables", JSONB, nullable=False, server_default="[]"),
    )
    op.create_index("document_name", "document", ["user_id", "name"])
    op.add_column(
        "stale_vectors",
        sa.Column("is_purged", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "stale_base",
        sa.Column("uuid", sa.Uuid, primary_key=True),
        sa.Column("is_purged", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column(
            "since", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
    )
    _task_refers(ondelete="SET NULL", nullable=True)


def downgrade() -> None:
    op.execute("delete from task where knowledge_base_id is null")
    _task_refers(ondelete="CASCADE", nullable=False)
    op.drop_table("stale_base")
    op.drop_column("stale_vectors", "is_purged")
    op.drop_index("document_name", "document")
    op.drop_column("document", "tables")
    op.drop_column("document", "summary")
    op.drop_column("upload", "refreshes")
