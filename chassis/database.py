"""Engines from a URL, with the deadlines that every connection has."""

from typing import Any

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""What SQLAlchemy raises when PostgreSQL cannot be reached, or ends the connection."""


def _arguments(*, pool_size: int, statement_timeout_s: float) -> dict[str, Any]:
    milliseconds = int(statement_timeout_s * 1000)
    return {
        "pool_size": pool_size,
        "max_overflow": 0,
        "pool_timeout": 5,
        "pool_pre_ping": True,
        "hide_parameters": True,  # an error's text is logged, and parameters are what users wrote
        "connect_args": {
            "connect_timeout": 3,
            "options": f"-c statement_timeout={milliseconds} -c lock_timeout=5000 -c timezone=UTC",
        },
    }


def dialect(url: str) -> str:
    """The same URL, for SQLAlchemy with psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def sync_engine(url: str, *, pool_size: int, statement_timeout_s: float = 10) -> Engine:
    """For nameko processes (pool_size >= workers) and plain ones."""
    return create_engine(
        dialect(url), **_arguments(pool_size=pool_size, statement_timeout_s=statement_timeout_s)
    )


def async_engine(url: str, *, pool_size: int, statement_timeout_s: float = 10) -> AsyncEngine:
    """For asyncio processes."""
    return create_async_engine(
        dialect(url), **_arguments(pool_size=pool_size, statement_timeout_s=statement_timeout_s)
    )


def database_is_away(error: BaseException) -> bool:
    """Whether waiting for PostgreSQL may help (a statement that ran too long is a bug, not that)."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, DATABASE_AWAY)
