"""assistants' processes: `rpc` on the bus, `chat` over gRPC, `worker` for jobs, `migrate` for the database."""

import sys
from pathlib import Path


def rpc() -> None:
    """nameko: everything in this process is green."""
    from chassis.green import go_green

    go_green()
    from chassis.nameko_process import run_nameko
    from services.assistants.adapters.whatsapp_inbox import WHATSAPP_JOB
    from services.assistants.entrypoints.rpc import AssistantsEvents, AssistantsService
    from services.assistants.settings import RpcSettings
    from services.assistants.wiring.rpc import build

    settings = RpcSettings()
    application = build(settings)
    run_nameko(
        AssistantsService,
        AssistantsEvents,
        settings=settings,
        application=application,
        workers=settings.rpc_workers,
        ready=application.check_ready,
        relay=application.relay,
        jobs=(WHATSAPP_JOB,),
    )


def worker() -> None:
    """Plain threads and kombu."""
    from services.assistants.entrypoints.worker import run
    from services.assistants.settings import WorkerSettings

    run(WorkerSettings())


def chat() -> None:
    """asyncio and grpc.aio: nothing in this process is green."""
    import uvloop

    from services.assistants.entrypoints.chat import serve
    from services.assistants.settings import ChatSettings

    uvloop.run(serve(ChatSettings()))


def migrate() -> None:
    """Alembic, to the newest migration."""
    from chassis.migrations import migrate as run_migrations
    from services.assistants.adapters.tables import metadata
    from services.assistants.settings import DatabaseSettings

    run_migrations(
        url=DatabaseSettings().assistants_database_url.get_secret_value(),
        folder=Path(__file__).parent / "migrations",
        metadata=metadata,
    )


def rotate_secrets() -> None:
    """What users entrusted, under the newest of PARLANCE_SECRET_KEYS; before an older one is taken away."""
    from chassis.logs import configure_logs
    from services.assistants.settings import RotationSettings
    from services.assistants.wiring.secrets import build_secret_rotation

    settings = RotationSettings()
    configure_logs(process="assistants-rotate-secrets", level=settings.log_level)
    build_secret_rotation(settings)()


if __name__ == "__main__":
    {
        "rpc": rpc,
        "chat": chat,
        "worker": worker,
        "migrate": migrate,
        "rotate-secrets": rotate_secrets,
    }[sys.argv[1]]()
