"""A process that takes jobs of one kind until it is told to end; another thread sweeps meanwhile."""

import os
import signal
from collections.abc import Callable
from threading import Event, Thread, Timer
from typing import Any

import structlog

from chassis.jobs import Handler, JobWorker
from chassis.logs import request_bound
from chassis.outbox import bus_connection
from chassis.probes import serve_probes
from chassis.settings import BusSettings

log = structlog.get_logger(__name__)
SETTLE_S = 0.05  # how soon a finished job is acknowledged and the next one taken
GRACE_S = 6
"""For what is nearly done; after that the job goes back, and the next worker finds out by itself."""


def run_worker(
    *,
    settings: BusSettings,
    job: str,
    handler: Handler,
    at_once: int,
    stopping: Event,
    ready: Callable[[], None],
    sweep: Callable[[], None],
    sweep_every_s: float,
) -> None:
    """Work until SIGTERM or SIGINT, which set `stopping`. `ready` raises while a part is away.

    `sweep` is called every `sweep_every_s`; what it raises is logged.
    """
    worker = JobWorker(
        bus_connection(settings.amqp_url.get_secret_value()), job, handler, at_once=at_once
    )

    def stop(_signal: int, _frame: Any) -> None:
        worker.should_stop = True
        stopping.set()
        give_up = Timer(GRACE_S, os._exit, (0,))
        give_up.daemon = True
        give_up.start()

    def check_ready() -> None:
        ready()
        if not worker.is_consuming:
            raise ConnectionError("no jobs are taken: the broker is away")

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    serve_probes(host=settings.probe_host, port=settings.probe_port, ready=check_ready)
    sweeping = (sweep, stopping, sweep_every_s)
    Thread(target=_sweep_for_ever, args=sweeping, name="sweep", daemon=True).start()
    log.info("serving")
    worker.run(safety_interval=SETTLE_S)
    log.info("stopped")


def _sweep_for_ever(sweep: Callable[[], None], stopping: Event, every_s: float) -> None:
    while not stopping.wait(every_s):
        with request_bound(None):
            attempt(sweep)


def attempt(step: Callable[[], Any]) -> None:
    """A step of a sweep: one that fails keeps no other from its turn."""
    try:
        step()
    except Exception as error:  # noqa: BLE001 - a sweeper that ends would be missed by nobody
        name = getattr(step, "__name__", type(step).__name__)
        log.warning("sweep_step_fails", step=name, reason=repr(error)[:300])
