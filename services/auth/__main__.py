"""auth's processes: `rpc` answers on the bus; `migrate` and `rotate-keys` do one thing and end."""

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
        relay=application.relay,
    )


def migrate() -> None:
    """Alembic, to the newest migration."""
    from chassis.migrations import migrate as run_migrations
    from services.auth.adapters.tables import metadata
    from services.auth.settings import DatabaseSettings

    run_migrations(
        url=DatabaseSettings().auth_database_url.get_secret_value(),
        folder=Path(__file__).parent / "migrations",
        metadata=metadata,
    )


def rotate_keys() -> None:
    """A new signing key; secrets at rest under the newest of PARLANCE_SECRET_KEYS. Nobody is signed out."""
    from chassis.logs import configure_logs
    from services.auth.settings import DatabaseSettings
    from services.auth.wiring import build_key_rotation, now

    settings = DatabaseSettings()
    configure_logs(process="auth-rotate-keys", level=settings.log_level)
    build_key_rotation(settings)(now())


if __name__ == "__main__":
    {"rpc": rpc, "migrate": migrate, "rotate-keys": rotate_keys}[sys.argv[1]]()
