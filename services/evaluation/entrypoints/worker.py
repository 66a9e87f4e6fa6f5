"""evaluation's worker: takes test cases, a few at once; another thread sweeps."""

import os
import signal
from threading import Thread, Timer
from typing import Any

import structlog

from chassis.database import database_is_away
from chassis.jobs import JobWorker, TryAgain
from chassis.logs import configure_logs, request_bound
from chassis.outbox import bus_connection
from chassis.probes import serve_probes
from contracts.errors import Unavailable
from services.evaluation.adapters.run_jobs import CASE_JOB
from services.evaluation.domain.run import HeldByAnother
from services.evaluation.settings import WorkerSettings
from services.evaluation.wiring.worker import Application, build

log = structlog.get_logger(__name__)
SETTLE_S = 0.05  # how soon a finished job is acknowledged and the next one taken
GRACE_S = 6
"""For answers that are nearly there; the others are asked again when their leases have run out."""


def run(settings: WorkerSettings) -> None:
    """Work until SIGTERM or SIGINT."""
    configure_logs(process="evaluation-worker", level=settings.log_level)
    application = build(settings)
    worker = JobWorker(
        bus_connection(settings.amqp_url.get_secret_value()),
        CASE_JOB,
        _handler(application),
        at_once=settings.threads,
    )

    def stop(_signal: int, _frame: Any) -> None:
        worker.should_stop = True
        application.stopping.set()
        give_up = Timer(GRACE_S, os._exit, (0,))
        give_up.daemon = True
        give_up.start()

    def ready() -> None:
        application.check_ready()
        if not worker.is_consuming:
            raise ConnectionError("no jobs are taken: the broker is away")

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    serve_probes(host=settings.probe_host, port=settings.probe_port, ready=ready)
    application.leases.start()
    sweeping = (application, settings.evaluation_sweep_every_s)
    Thread(target=_sweep_for_ever, args=sweeping, name="sweep", daemon=True).start()
    log.info("serving")
    worker.run(safety_interval=SETTLE_S)
    log.info("stopped")


def _handler(application: Application) -> Any:
    def ask(job: dict[str, Any]) -> None:
        case_id = int(job["case_id"])
        with structlog.contextvars.bound_contextvars(case_id=case_id):
            try:
                application.run_case(case_id)
            except (Unavailable, HeldByAnother) as error:
                raise TryAgain(str(error) or "another worker has it") from error
            except Exception as error:
                if database_is_away(error):
                    raise TryAgain("The database is away.") from error
                raise

    return ask


def _sweep_for_ever(application: Application, every_s: float) -> None:
    sweep = application.sweep
    while not application.stopping.wait(every_s):
        with request_bound(None):
            for step in (sweep.finish_runs, sweep.adopt_orphans):
                try:
                    with application.care.alone() as is_alone:
                        if is_alone:
                            step()
                except Exception as error:  # noqa: BLE001 - a sweeper that ends would be missed by nobody
                    log.warning("sweep_waits", step=step.__name__, reason=repr(error)[:300])
