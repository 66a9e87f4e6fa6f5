"""Alembic without its ini file: each service has a folder of migrations and a database of its own."""

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import MetaData, create_engine

from chassis.database import dialect


def migrate(*, url: str, folder: Path, metadata: MetaData) -> None:
    """Bring a service's database up to its newest migration; safe to run from several processes."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["url"] = dialect(url)
    config.attributes["metadata"] = metadata
    command.upgrade(config, "head")


def run_environment() -> None:
    """What each service's `migrations/env.py` calls: one transaction, one migrator at a time."""
    attributes = context.config.attributes
    engine = create_engine(attributes["url"])
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=attributes["metadata"])
        with context.begin_transaction():
            connection.exec_driver_sql("select pg_advisory_xact_lock(727274)")
            connection.exec_driver_sql("set local lock_timeout = '5s'")
            context.run_migrations()
    engine.dispose()
