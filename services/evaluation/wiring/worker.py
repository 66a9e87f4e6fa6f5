"""Composes the worker process."""

from dataclasses import dataclass
from threading import Event

from sqlalchemy import Engine

from chassis.database import sync_engine
from services.evaluation.settings import WorkerSettings

CONNECTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the worker's door may call. stopping: set when the process is told to end."""

    engine: Engine
    stopping: Event

    def check_ready(self) -> None:
        """Raises while the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("select 1")


def build(settings: WorkerSettings) -> Application:
    """Connects to nothing yet."""
    engine = sync_engine(settings.evaluation_database_url.get_secret_value(), pool_size=CONNECTIONS)
    return Application(engine=engine, stopping=Event())
