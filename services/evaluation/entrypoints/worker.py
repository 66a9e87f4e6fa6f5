"""evaluation's worker: takes test cases, a few at once; another thread sweeps."""

from typing import Any

import structlog

from chassis.database import database_is_away
from chassis.jobs import TryAgain
from chassis.logs import configure_logs
from chassis.worker_process import attempt, run_worker
from contracts.errors import Unavailable
from services.evaluation.adapters.run_jobs import CASE_JOB
from services.evaluation.domain.run import HeldByAnother
from services.evaluation.settings import WorkerSettings
from services.evaluation.wiring.worker import Application, build


def run(settings: WorkerSettings) -> None:
    """Work until SIGTERM or SIGINT."""
    configure_logs(process="evaluation-worker", level=settings.log_level)
    application = build(settings)
    application.leases.start()
    run_worker(
        settings=settings,
        job=CASE_JOB,
        handler=_handler(application),
        at_once=settings.cases_at_once,
        stopping=application.stopping,
        ready=application.check_ready,
        sweep=lambda: _sweep(application),
        sweep_every_s=settings.evaluation_sweep_every_s,
    )


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


def _sweep(application: Application) -> None:
    sweep = application.sweep
    with application.care.alone() as is_alone:
        for step in (sweep.finish_runs, sweep.adopt_orphans) if is_alone else ():
            attempt(step)
