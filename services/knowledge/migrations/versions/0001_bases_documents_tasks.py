"""Knowledge bases, documents, uploads, tasks, and what leaves and arrives with a transaction."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None


def _moment(name, **options):
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def _now(name):
    return _moment(name, nullable=False, server_default=sa.func.now())


def _base():
    return sa.Column(
        "knowledge_base_id",
        sa.BigInteger,
        sa.ForeignKey("knowledge_base.id", ondelete="CASCADE"),
        nullable=False,
    )


def _number(name):
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def upgrade() -> None:
    op.create_table(
        "knowledge_base",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("update_interval", sa.Interval, nullable=False),
        sa.Column("embedding_type", sa.Text, nullable=False),
        sa.Column("embedding_model", sa.Text),
        sa.Column("chunk_size", sa.Integer, nullable=False),
        sa.Column("chunk_overlap", sa.Integer, nullable=False),
        sa.Column("retrieval_method", sa.Text, nullable=False),
        sa.Column("reranking_enabled", sa.Boolean, nullable=False),
        sa.Column("top_k", sa.Integer, nullable=False),
        sa.Column("top_k_after_reranking", sa.Integer, nullable=False),
        sa.Column("sparse_weightage", sa.Float, nullable=False),
        _now("created_at"),
        _now("updated_at"),
    )
    op.create_index("ix_knowledge_base_user_id", "knowledge_base", ["user_id"])
    op.execute(sa.schema.CreateSequence(sa.Sequence("document_revision")))
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        _base(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("object_key", sa.Text, nullable=False, unique=True),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        _now("uploaded_at"),
        sa.Column("status", sa.Text, nullable=False, server_default="uploaded"),
        sa.Column("error", sa.Text),
        sa.Column("task_id", sa.Uuid),
        sa.Column("active_revision", sa.BigInteger),
        sa.Column("active_space", sa.Text),
        sa.Column("indexed_with", sa.Text),
        _number("chunks"),
        sa.Column("revision", sa.BigInteger),
        sa.Column("building_space", sa.Text),
        sa.Column("building_with", sa.Text),
        _number("reached"),
        _number("attempts"),
        sa.Column("lease_owner", sa.Text),
        _moment("lease_until"),
        _now("touched_at"),
        sa.CheckConstraint(
            "status in ('uploaded', 'indexing', 'indexed', 'failed')", name="document_status"
        ),
    )
    op.create_index("ix_document_knowledge_base_id", "document", ["knowledge_base_id"])
    op.create_index(
        "document_indexing",
        "document",
        ["touched_at"],
        postgresql_where=sa.text("status = 'indexing'"),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        _base(),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("object_key", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        _moment("expires_at", nullable=False),
        sa.Column("document_id", sa.BigInteger),
        sa.Column("rejection", sa.Text),
    )
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"])
    _create_tasks()
    _create_messages()


def _create_tasks() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        _base(),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("error", sa.Text),
        _now("created_at"),
        _moment("finished_at"),
    )
    op.create_index(
        "task_one_running",
        "task",
        ["knowledge_base_id"],
        unique=True,
        postgresql_where=sa.text("status = 'PENDING'"),
    )
    op.create_table(
        "task_document",
        sa.Column(
            "task_id", sa.Uuid, sa.ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("document_id", sa.BigInteger, primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("stage", sa.Text, nullable=False, server_default=""),
        sa.Column("error", sa.Text),
        _number("chunks"),
        _now("updated_at"),
        sa.CheckConstraint(
            "state in ('waiting', 'running', 'indexed', 'failed')", name="task_document_state"
        ),
    )
    op.create_table(
        "stale_vectors",
        sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("knowledge_base_uuid", sa.Uuid, nullable=False),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("document_id", sa.BigInteger, nullable=False),
        _now("since"),
    )
    op.create_index(
        "ix_stale_vectors_knowledge_base_uuid", "stale_vectors", ["knowledge_base_uuid"]
    )


def _create_messages() -> None:
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
    for name in ("inbox", "outbox", "stale_vectors", "task_document", "task", "upload", "document"):
        op.drop_table(name)
    op.execute(sa.schema.DropSequence(sa.Sequence("document_revision")))
    op.drop_table("knowledge_base")
