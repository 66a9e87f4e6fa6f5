"""knowledge's processes: `rpc` answers on the bus, `search` over gRPC, `worker` indexes, `migrate`."""

import sys
from pathlib import Path


def rpc() -> None:
    """nameko: everything in this process is green."""
    from chassis.green import go_green

    go_green()
    from chassis.nameko_process import run_nameko
    from services.knowledge.adapters.tasks import INDEX_JOB
    from services.knowledge.entrypoints.events import KnowledgeEvents
    from services.knowledge.entrypoints.rpc import KnowledgeService
    from services.knowledge.settings import RpcSettings
    from services.knowledge.wiring.rpc import build

    settings = RpcSettings()
    application = build(settings)
    run_nameko(
        KnowledgeService,
        KnowledgeEvents,
        settings=settings,
        application=application,
        workers=settings.rpc_workers,
        ready=application.check_ready,
        relay=application.relay,
        jobs=(INDEX_JOB,),
    )


def worker() -> None:
    """Plain threads and kombu."""
    from services.knowledge.entrypoints.worker import run
    from services.knowledge.settings import WorkerSettings

    run(WorkerSettings())


def search() -> None:
    """asyncio and grpc.aio."""
    import uvloop

    from services.knowledge.entrypoints.grpc_search import serve
    from services.knowledge.settings import SearchSettings

    uvloop.run(serve(SearchSettings()))


def migrate() -> None:
    """Alembic, to the newest migration."""
    from chassis.migrations import migrate as run_migrations
    from services.knowledge.adapters.tables import metadata
    from services.knowledge.settings import MigrateSettings

    run_migrations(
        url=MigrateSettings().knowledge_database_url.get_secret_value(),
        folder=Path(__file__).parent / "migrations",
        metadata=metadata,
    )


if __name__ == "__main__":
    {"rpc": rpc, "search": search, "worker": worker, "migrate": migrate}[sys.argv[1]]()
