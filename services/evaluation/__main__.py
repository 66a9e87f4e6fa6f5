"""evaluation's processes: `rpc` answers on the bus, `worker` runs test cases, `migrate`."""

import sys
from pathlib import Path


def rpc() -> None:
    """nameko: everything in this process is green."""
    from chassis.green import go_green

    go_green()
    from chassis.nameko_process import run_nameko
    from services.evaluation.adapters.run_jobs import CASE_JOB
    from services.evaluation.entrypoints.events import EvaluationEvents
    from services.evaluation.entrypoints.rpc import EvaluationService
    from services.evaluation.settings import RpcSettings
    from services.evaluation.wiring.rpc import build

    settings = RpcSettings()
    application = build(settings)
    run_nameko(
        EvaluationService,
        EvaluationEvents,
        settings=settings,
        application=application,
        workers=settings.rpc_workers,
        ready=application.check_ready,
        relay=application.relay,
        jobs=(CASE_JOB,),
    )


def worker() -> None:
    """Plain threads and kombu."""
    from services.evaluation.entrypoints.worker import run
    from services.evaluation.settings import WorkerSettings

    run(WorkerSettings())


def migrate() -> None:
    """Alembic, to the newest migration."""
    from chassis.migrations import migrate as run_migrations
    from services.evaluation.adapters.tables import metadata
    from services.evaluation.settings import MigrateSettings

    run_migrations(
        url=MigrateSettings().evaluation_database_url.get_secret_value(),
        folder=Path(__file__).parent / "migrations",
        metadata=metadata,
    )


if __name__ == "__main__":
    {"rpc": rpc, "worker": worker, "migrate": migrate}[sys.argv[1]]()
