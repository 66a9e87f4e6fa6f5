"""Assistants, conversations, and the inbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    op.create_table(
        "assistant",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("assistant_uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("is_default", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("assistant_name", sa.String(255), nullable=False),
        sa.Column("agent_name", sa.String(255), nullable=False),
        sa.Column("organisation_name", sa.String(255), nullable=False),
        sa.Column("organisation_description", sa.Text, nullable=False),
        sa.Column("examples", JSONB, nullable=False),
        sa.Column("goal", sa.Text, nullable=False),
        sa.Column("system_instructions", sa.Text, nullable=False),
        sa.Column("conversation_tone", sa.String(255), nullable=False),
        sa.Column("use_last_user_language", sa.Boolean, nullable=False),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("enable_emojis", sa.Boolean, nullable=False),
        sa.Column("answer_competitor_queries", sa.Boolean, nullable=False),
        sa.Column("competitor_response_bias", sa.String(20), nullable=False),
        sa.Column("model_provider", sa.String(255), nullable=False),
        sa.Column("model_name", sa.String(100), nullable=False),
        sa.Column("temperature", sa.Double, nullable=False),
        sa.Column("max_tokens", sa.Integer, nullable=False),
        sa.Column("top_p", sa.Double, nullable=False),
        sa.Column("frequency_penalty", sa.Double, nullable=False),
        sa.Column("stream_responses", sa.Boolean, nullable=False),
        sa.Column("json_mode", sa.Boolean, nullable=False),
        sa.Column("auto_tool_choice", sa.Boolean, nullable=False),
        sa.Column("selected_tools", JSONB, nullable=False),
        sa.Column("knowledge_base", sa.Uuid),
        sa.Column("knowledge_processing_instructions", sa.Text, nullable=False),
        sa.Column("data_to_capture", JSONB, nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        _moment("created_at"),
        _moment("updated_at"),
    )
    op.create_index(
        "assistant_by_user",
        "assistant",
        ["user_id", "updated_at"],
        postgresql_where=sa.text("deleted_at is null"),
    )
    op.create_index(
        "assistant_one_default",
        "assistant",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("is_default and deleted_at is null"),
    )
    op.create_index(
        "assistant_by_knowledge_base",
        "assistant",
        ["knowledge_base"],
        postgresql_where=sa.text("knowledge_base is not null"),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("conversation_uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("assistant_id", sa.BigInteger, sa.ForeignKey("assistant.id"), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
    )
    op.create_index("conversation_by_user", "conversation", ["user_id", "updated_at"])
    op.create_index("conversation_by_assistant", "conversation", ["assistant_id"])
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.BigInteger,
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("model", sa.String(100)),
        sa.Column("finish_reason", sa.String(20)),
        sa.Column("input_tokens", sa.Integer),
        sa.Column("output_tokens", sa.Integer),
        _moment("created_at"),
    )
    op.create_index("message_by_conversation", "message", ["conversation_id", "id"])
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("message_id", sa.Uuid, primary_key=True),
        _moment("received_at"),
    )


def downgrade() -> None:
    for table in ("inbox", "message", "conversation", "assistant"):
        op.drop_table(table)
