"""knowledge's worker: takes indexing jobs, a few at once; another thread sweeps."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread, Timer
from typing import Any

import structlog

from chassis.database import database_is_away
from chassis.jobs import JobWorker, TryAgain
from chassis.logs import configure_logs, request_bound
from chassis.outbox import bus_connection
from chassis.probes import serve_probes
from contracts.errors import Unavailable
from services.knowledge.adapters.extraction.sandbox import readers_leave_network
from services.knowledge.adapters.tasks import INDEX_JOB
from services.knowledge.domain.index_run import HeldByAnother, Interrupted
from services.knowledge.settings import WorkerSettings
from services.knowledge.wiring.worker import Application, build

log = structlog.get_logger(__name__)
SETTLE_S = 0.05  # how soon a finished job is acknowledged and the next one taken
GRACE_S = 6
"""To end a batch and hand its job back; after that the next worker finds out by itself."""


def run(settings: WorkerSettings) -> None:
    """Work until SIGTERM or SIGINT."""
    configure_logs(process="knowledge-worker", level=settings.log_level)
    application = build(settings)
    connection = bus_connection(settings.amqp_url.get_secret_value())
    worker = JobWorker(
        connection, INDEX_JOB, _handler(application), at_once=settings.documents_at_once
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
    sweeping = (application, application.stopping, settings.sweep_every_s)
    Thread(target=_sweep_for_ever, args=sweeping, name="sweep", daemon=True).start()
    if not readers_leave_network():
        log.warning("readers_reach_network", reason="the kernel gives no network namespaces")
    log.info("serving")
    worker.run(safety_interval=SETTLE_S)
    log.info("stopped")


class _UnderWay:
    """The documents that this process works on. A job comes twice when the broker was lost meanwhile,
    and to the row's lease both are one owner."""

    def __init__(self) -> None:
        self._documents: set[int] = set()
        self._lock = Lock()

    @contextmanager
    def alone(self, document_id: int) -> Iterator[None]:
        """Raises TryAgain while another thread has it."""
        with self._lock:
            if document_id in self._documents:
                raise TryAgain(f"document {document_id} is under way here")
            self._documents.add(document_id)
        try:
            yield
        finally:
            with self._lock:
                self._documents.remove(document_id)


def _handler(application: Application) -> Any:
    under_way = _UnderWay()

    def index(job: dict[str, Any]) -> None:
        document_id = int(job["document_id"])
        with (
            structlog.contextvars.bound_contextvars(document_id=document_id),
            under_way.alone(document_id),
        ):
            try:
                application.index_document(document_id)
            except (Unavailable, HeldByAnother, Interrupted) as error:
                raise TryAgain(str(error) or "the worker ends") from error
            except Exception as error:
                if database_is_away(error):
                    raise TryAgain("The database is away.") from error
                raise

    return index


def _sweep_for_ever(application: Application, stopping: Event, every_s: float) -> None:
    sweep = application.sweep
    steps = (
        *(sweep.finish_tasks, sweep.adopt_orphans, sweep.purge_objects, sweep.purge_uploads),
        *(sweep.purge_stale, sweep.purge_bases, sweep.forget_tasks),
        application.refresh_links.refresh_links,
    )
    while not stopping.wait(every_s):
        with request_bound(None):
            try:
                with application.care.alone() as is_alone:
                    for step in steps if is_alone else ():
                        _step(step)
            except Exception as error:  # noqa: BLE001 - a sweeper that ends would be missed by nobody
                log.warning("sweep_waits", reason=repr(error)[:300])


def _step(step: Any) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001 - the other steps must not wait for this one
        log.warning("sweep_step_fails", step=step.__name__, reason=repr(error)[:300])
