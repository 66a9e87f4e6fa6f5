"""Links, whose pages are documents; stored bytes that nobody names any more."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_PAGE_COLUMNS = (
    ("url", sa.Text),
    ("depth", sa.Integer),
    ("media_kind", sa.Text),
    ("fetched_revision", sa.BigInteger),
    ("fetched_at", sa.DateTime(timezone=True)),
    ("fetched_hash", sa.Text),
    ("content_hash", sa.Text),
)


def _now(name):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column(
            "knowledge_base_id",
            sa.BigInteger,
            sa.ForeignKey("knowledge_base.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("grabber_enabled", sa.Boolean, nullable=False),
        sa.Column("update_dynamically", sa.Boolean, nullable=False),
        _now("polite_at"),
        _now("created_at"),
        _now("updated_at"),
    )
    op.create_index("link_address", "link", ["knowledge_base_id", "address"], unique=True)
    op.add_column(
        "document",
        sa.Column("link_id", sa.BigInteger, sa.ForeignKey("link.id", ondelete="CASCADE")),
    )
    for name, kind in _PAGE_COLUMNS:
        op.add_column("document", sa.Column(name, kind))
    op.create_index("document_page", "document", ["link_id", "url"], unique=True)
    op.create_table(
        "stale_object",
        sa.Column("object_key", sa.Text, primary_key=True),
        _now("since"),
    )


def downgrade() -> None:
    op.drop_table("stale_object")
    op.drop_index("document_page", "document")
    op.execute("delete from document where link_id is not null")
    for name in ("link_id", *(name for name, _ in _PAGE_COLUMNS)):
        op.drop_column("document", name)
    op.drop_table("link")
