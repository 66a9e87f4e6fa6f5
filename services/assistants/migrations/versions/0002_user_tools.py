"""User tools. No assistant can have selected one before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    op.create_table(
        "user_tool",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("endpoint_url", sa.Text, nullable=False),
        sa.Column("http_method", sa.String(10), nullable=False),
        sa.Column("send_headers", sa.Boolean, nullable=False),
        sa.Column("auth_required", sa.Boolean, nullable=False),
        sa.Column("auth_type", sa.String(20)),
        sa.Column("send_query_parameters", sa.Boolean, nullable=False),
        sa.Column("send_body", sa.Boolean, nullable=False),
        sa.Column("body_content_type", sa.String(127), nullable=False),
        sa.Column("body_schema", JSONB, nullable=False),
        sa.Column("optimize_response", sa.Boolean, nullable=False),
        sa.Column("optimize_type", sa.String(10), nullable=False),
        sa.Column("field_containing_data", sa.String(255), nullable=False),
        sa.Column("include_fields", sa.Text, nullable=False),
        sa.Column("should_truncate_response", sa.Boolean, nullable=False),
        sa.Column("truncate_limit", sa.Integer, nullable=False),
        sa.Column("retry_on_fail", sa.Boolean, nullable=False),
        sa.Column("max_tries", sa.Integer, nullable=False),
        sa.Column("wait_between_tries", sa.Double, nullable=False),
        sa.Column("on_error", sa.String(30), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
    )
    op.create_index("user_tool_by_user", "user_tool", ["user_id", "id"])
    op.execute("update assistant set selected_tools = '[]' where selected_tools <> '[]'")


def downgrade() -> None:
    op.drop_table("user_tool")
