"""auth's tables."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.outbox import outbox_table

metadata = MetaData()
_MOMENT = DateTime(timezone=True)


def _user_id(**options: bool) -> Column[int]:
    users_row = ForeignKey("user_account.id", ondelete="CASCADE")
    return Column("user_id", BigInteger, users_row, nullable=False, **options)  # type: ignore[arg-type]


users = Table(
    "user_account",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("username", String(150), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("first_name", String(150), nullable=False, server_default=""),
    Column("last_name", String(150), nullable=False, server_default=""),
    Column("email", String(254), nullable=False, server_default=""),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    Column("tokens_valid_from", _MOMENT),  # whole seconds; null: nothing was revoked in bulk
    Column("created_at", _MOMENT, nullable=False, server_default=func.now()),
)

signing_keys = Table(
    "signing_key",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("public_jwk", JSONB, nullable=False),
    Column("private_key", Text, nullable=False),  # PEM, encrypted with PARLANCE_SECRET_KEYS
    Column("created_at", _MOMENT, nullable=False, server_default=func.now()),
    Column("signs_from", _MOMENT, nullable=False, server_default=func.now()),
)

# Only tokens that were revoked, or made by rotation: the others need no row.
refresh_tokens = Table(
    "refresh_token",
    metadata,
    Column("jti", Text, primary_key=True),
    Column("family", Text, nullable=False, index=True),  # the jti of the token that signing in gave
    Column("revoked_at", _MOMENT),
    Column("expires_at", _MOMENT, nullable=False, index=True),
)

departed_users = Table(
    "departed_user",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False),
    Column("departed_at", _MOMENT, nullable=False, index=True),
)

sign_in_failures = Table(
    "sign_in_failure",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("window_ends", _MOMENT, primary_key=True, index=True),
    Column("failures", Integer, nullable=False),
)

zoho_states = Table(
    "zoho_state",
    metadata,
    Column("state_hash", Text, primary_key=True),
    _user_id(index=True),
    Column("expires_at", _MOMENT, nullable=False, index=True),
)

zoho_connections = Table(
    "zoho_connection",
    metadata,
    _user_id(primary_key=True, autoincrement=False),
    Column("accounts_server", Text, nullable=False),
    Column("api_domain", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("access_token", Text, nullable=False),  # encrypted with PARLANCE_SECRET_KEYS
    Column("access_expires_at", _MOMENT, nullable=False),
    Column("refresh_token", Text, nullable=False),  # encrypted, too
    Column("updated_at", _MOMENT, nullable=False, server_default=func.now()),
)

outbox = outbox_table(metadata)
