"""WhatsApp channels, who writes to them, what they write; and the outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _reference(name: str, to: str) -> sa.Column:
    return sa.Column(
        name, sa.BigInteger, sa.ForeignKey(f"{to}.id", ondelete="CASCADE"), nullable=False
    )


def upgrade() -> None:
    op.create_table(
        "whatsapp_channel",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("channel_uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column(
            "assistant_id",
            sa.BigInteger,
            sa.ForeignKey("assistant.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("phone_number_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("last_error", sa.Text),
        _moment("created_at"),
        _moment("updated_at"),
    )
    op.create_index("whatsapp_channel_by_user", "whatsapp_channel", ["user_id"])
    op.create_table(
        "whatsapp_sender",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _reference("channel_id", "whatsapp_channel"),
        sa.Column("wa_id", sa.String(64), nullable=False),
        sa.Column("conversation_uuid", sa.Uuid),
        _moment("touched_at"),
        sa.UniqueConstraint("channel_id", "wa_id"),
    )
    op.create_table(
        "whatsapp_message",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _reference("channel_id", "whatsapp_channel"),
        _reference("sender_id", "whatsapp_sender"),
        sa.Column("wamid", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("answers", JSONB),
        sa.Column("sent_ids", JSONB, nullable=False, server_default="[]"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.Text),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        _moment("received_at"),
        sa.UniqueConstraint("channel_id", "wamid"),
    )
    op.create_index("whatsapp_message_by_sender", "whatsapp_message", ["sender_id", "id"])
    op.create_index(
        "whatsapp_message_waiting",
        "whatsapp_message",
        ["sender_id", "id"],
        postgresql_where=sa.text("state = 'waiting'"),
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
        _moment("created_at"),
    )


def downgrade() -> None:
    for table in ("outbox", "whatsapp_message", "whatsapp_sender", "whatsapp_channel"):
        op.drop_table(table)
