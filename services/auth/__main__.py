"""auth's processes: `rpc` answers on the bus, `migrate` brings the database up to date."""

import sys
from pathlib import Path


def rpc() -> None:
    """nameko: everything in this process is green."""
    from chassis.green import go_green

    go_green()
    from chassis.nameko_process import run_nameko
    from services.auth.entrypoints.rpc import AuthService
    from services.auth.settings import Settings
    from services.auth.wiring import build

    settings = Settings()
    application = build(settings)
    run_nameko(
        AuthService,
        settings=settings,
        application=application,
        workers=settings.rpc_workers,
        ready=application.check_ready,
    )


def migrate() -> None:
    """Alembic, to the newest migration."""
    from chassis.migrations import migrate as run_migrations
    from services.auth.adapters.tables import metadata
    from services.auth.settings import Settings

    run_migrations(
        url=Settings().auth_database_url.get_secret_value(),
        folder=Path(__file__).parent / "migrations",
        metadata=metadata,
    )


if __name__ == "__main__":
    {"rpc": rpc, "migrate": migrate}[sys.argv[1]]()
