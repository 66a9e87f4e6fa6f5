"""assistants' worker: answers what is written over WhatsApp, a few senders at once; another thread sweeps."""

import os
import signal
from threading import Event, Thread, Timer
from typing import Any

import structlog

from chassis.database import database_is_away
from chassis.jobs import JobWorker, TryAgain
from chassis.logs import configure_logs, request_bound
from chassis.outbox import bus_connection
from chassis.probes import serve_probes
from services.assistants.adapters.whatsapp_inbox import WHATSAPP_JOB
from services.assistants.settings import WorkerSettings
from services.assistants.usecases.answer_whatsapp import AnswerWhatsApp, NotNow
from services.assistants.wiring.worker import Application, build

log = structlog.get_logger(__name__)
SETTLE_S = 0.05  # how soon a finished job is acknowledged and the next one taken
GRACE_S = 6
"""To end an answer; after that the job goes back, and the next worker begins it again."""


def run(settings: WorkerSettings) -> None:
    """Work until SIGTERM or SIGINT."""
    configure_logs(process="assistants-worker", level=settings.log_level)
    application = build(settings)
    worker = JobWorker(
        bus_connection(settings.amqp_url.get_secret_value()),
        WHATSAPP_JOB,
        _handler(application.answer_whatsapp),
        at_once=settings.whatsapp_at_once,
    )
    stopping = Event()

    def stop(_signal: int, _frame: Any) -> None:
        worker.should_stop = True
        stopping.set()
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
    sweeping = (application, settings, stopping)
    Thread(target=_sweep_for_ever, args=sweeping, name="sweep", daemon=True).start()
    log.info("serving")
    worker.run(safety_interval=SETTLE_S)
    log.info("stopped")


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


def _sweep_for_ever(application: Application, settings: WorkerSettings, stopping: Event) -> None:
    while not stopping.wait(settings.sweep_every_s):
        with request_bound(None):
            try:
                if announced := application.care.announce_waiting():
                    log.info("senders_waited", announced=announced)
                application.care.forget_settled(settings.whatsapp_kept)
            except Exception as error:  # noqa: BLE001 - a sweeper that ends would be missed by nobody
                log.warning("sweep_waits", reason=repr(error)[:300])
