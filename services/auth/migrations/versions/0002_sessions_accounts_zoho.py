"""Revoked refresh tokens, departed users, throttling, key rotation, the outbox and Zoho."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def _user_id(**options):
    return sa.Column(
        "user_id",
        sa.BigInteger,
        sa.ForeignKey("user_account.id", ondelete="CASCADE"),
        nullable=False,
        **options,
    )


def upgrade() -> None:
    op.add_column("user_account", sa.Column("tokens_valid_from", MOMENT))
    op.add_column("signing_key", sa.Column("signs_from", MOMENT))
    op.execute("update signing_key set signs_from = created_at")
    op.alter_column("signing_key", "signs_from", nullable=False, server_default=sa.func.now())
    _create_sessions()
    _create_outbox()
    _create_zoho()


def _create_sessions() -> None:
    op.create_table(
        "refresh_token",
        sa.Column("jti", sa.Text, primary_key=True),
        sa.Column("family", sa.Text, nullable=False, index=True),
        sa.Column("revoked_at", MOMENT),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "departed_user",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("departed_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("window_ends", MOMENT, primary_key=True, index=True),
        sa.Column("failures", sa.Integer, nullable=False),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("message_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("exchange", sa.Text, nullable=False),
        sa.Column("routing_key", sa.Text, nullable=False),
        sa.Column("must_be_routed", sa.Boolean, nullable=False),
        sa.Column("headers", JSONB, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
    )


def _create_zoho() -> None:
    op.create_table(
        "zoho_state",
        sa.Column("state_hash", sa.Text, primary_key=True),
        _user_id(index=True),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "zoho_connection",
        _user_id(primary_key=True, autoincrement=False),
        sa.Column("accounts_server", sa.Text, nullable=False),
        sa.Column("api_domain", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("access_token", sa.Text, nullable=False),
        sa.Column("access_expires_at", MOMENT, nullable=False),
        sa.Column("refresh_token", sa.Text, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    for name in (
        "zoho_connection",
        "zoho_state",
        "outbox",
        "sign_in_failure",
        "departed_user",
        "refresh_token",
    ):
        op.drop_table(name)
    op.drop_column("signing_key", "signs_from")
    op.drop_column("user_account", "tokens_valid_from")
