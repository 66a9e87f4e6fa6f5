"""knowledge's worker: takes indexing jobs, a few at once; another thread sweeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import structlog

from chassis.database import database_is_away
from chassis.jobs import TryAgain
from chassis.logs import configure_logs
from chassis.worker_process import attempt, run_worker
from contracts.errors import Unavailable
from services.knowledge.adapters.extraction.sandbox import readers_leave_network
from services.knowledge.adapters.tasks import INDEX_JOB
from services.knowledge.domain.index_run import HeldByAnother, Interrupted
from services.knowledge.settings import WorkerSettings
from services.knowledge.wiring.worker import Application, build

log = structlog.get_logger(__name__)


def run(settings: WorkerSettings) -> None:
    """Work until SIGTERM or SIGINT."""
    configure_logs(process="knowledge-worker", level=settings.log_level)
    application = build(settings)
    if not readers_leave_network():
        log.warning("readers_reach_network", reason="the kernel gives no network namespaces")
    run_worker(
        settings=settings,
        job=INDEX_JOB,
        handler=_handler(application),
        at_once=settings.documents_at_once,
        stopping=application.stopping,
        ready=application.check_ready,
        sweep=lambda: _sweep(application),
        sweep_every_s=settings.sweep_every_s,
    )


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


def _sweep(application: Application) -> None:
    sweep = application.sweep
    steps = (
        *(sweep.finish_tasks, sweep.adopt_orphans, sweep.purge_objects, sweep.purge_uploads),
        *(sweep.purge_stale, sweep.purge_bases, sweep.forget_tasks),
        application.refresh_links.refresh_links,
    )
    with application.care.alone() as is_alone:
        for step in steps if is_alone else ():
            attempt(step)
