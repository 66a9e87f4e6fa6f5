"""assistants' worker: answers what is written over WhatsApp, a few senders at once; another thread sweeps."""

from threading import Event
from typing import Any

import structlog

from chassis.database import database_is_away
from chassis.jobs import TryAgain
from chassis.logs import configure_logs
from chassis.worker_process import run_worker
from services.assistants.adapters.whatsapp_inbox import WHATSAPP_JOB
from services.assistants.settings import WorkerSettings
from services.assistants.usecases.answer_whatsapp import AnswerWhatsApp, NotNow
from services.assistants.wiring.worker import Application, build

log = structlog.get_logger(__name__)


def run(settings: WorkerSettings) -> None:
    """Work until SIGTERM or SIGINT."""
    configure_logs(process="assistants-worker", level=settings.log_level)
    application = build(settings)
    run_worker(
        settings=settings,
        job=WHATSAPP_JOB,
        handler=_handler(application.answer_whatsapp),
        at_once=settings.whatsapp_at_once,
        stopping=Event(),
        ready=application.check_ready,
        sweep=lambda: _sweep(application, settings),
        sweep_every_s=settings.sweep_every_s,
    )


def _handler(answer_whatsapp: AnswerWhatsApp) -> Any:
    def answer(job: dict[str, Any]) -> None:
        sender_id = int(job["sender_id"])
        with structlog.contextvars.bound_contextvars(sender_id=sender_id):
            try:
                answer_whatsapp(sender_id)
            except NotNow as error:
                raise TryAgain(str(error)) from error
            except Exception as error:
                if database_is_away(error):
                    raise TryAgain("The database is away.") from error
                raise

    return answer


def _sweep(application: Application, settings: WorkerSettings) -> None:
    if announced := application.care.announce_waiting():
        log.info("senders_waited", announced=announced)
    application.care.forget_settled(settings.whatsapp_kept)
