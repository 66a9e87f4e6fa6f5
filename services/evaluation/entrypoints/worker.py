"""evaluation's worker: runs test cases."""

import signal
from typing import Any

import structlog

from chassis.logs import configure_logs
from chassis.probes import serve_probes
from services.evaluation.settings import WorkerSettings
from services.evaluation.wiring.worker import build

log = structlog.get_logger(__name__)


def run(settings: WorkerSettings) -> None:
    """Work until SIGTERM or SIGINT."""
    configure_logs(process="evaluation-worker", level=settings.log_level)
    application = build(settings)

    def stop(_signal: int, _frame: Any) -> None:
        application.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    serve_probes(host=settings.probe_host, port=settings.probe_port, ready=application.check_ready)
    log.info("serving")
    application.stopping.wait()
    log.info("stopped")
