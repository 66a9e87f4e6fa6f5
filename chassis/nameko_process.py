"""Runs nameko services in this process: patched, mended, with probes, a relay, and a clean end on SIGTERM."""

import logging
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import eventlet
import structlog
from kombu import Connection, Exchange, Producer
from nameko.constants import AMQP_URI_CONFIG_KEY, MAX_WORKERS_CONFIG_KEY
from nameko.runners import ServiceRunner

from chassis import nameko_fixes
from chassis.jobs import declare_jobs
from chassis.logs import configure_logs
from chassis.nameko_door import APPLICATION_KEY
from chassis.outbox import Relay, bus_connection
from chassis.probes import serve_probes
from chassis.settings import BusSettings

log = structlog.get_logger(__name__)
RELAY_POLL_S = 0.2


def run_nameko(
    *services: type,
    settings: BusSettings,
    application: Any,
    workers: int,
    ready: Callable[[], None],
    relay: Relay | None = None,
    jobs: tuple[str, ...] = (),
) -> None:
    """Serve until SIGTERM or SIGINT. `workers`: requests at a time per service class.

    `relay`: publishes the service's outbox from here; `jobs`: the kinds of jobs it may hold.
    """
    nameko_fixes.apply()
    name = services[0].name  # type: ignore[attr-defined]
    configure_logs(process=f"{name}-rpc", level=settings.log_level)
    # Its warnings repeat, with a traceback, every error that a door has mapped.
    logging.getLogger("nameko.containers").setLevel(logging.ERROR)
    url = settings.amqp_url.get_secret_value()
    runner = ServiceRunner(
        {
            AMQP_URI_CONFIG_KEY: url,
            MAX_WORKERS_CONFIG_KEY: workers,
            "serializer": "json",
            APPLICATION_KEY: application,
            nameko_fixes.DEADLINE_KEY: settings.rpc_timeout_s,
        }
    )
    for service in services:
        runner.add_service(service)
    _wait_for_broker(url)
    if relay:
        eventlet.spawn_n(_relay_for_ever, relay, url, f"{name}.events", jobs)
    runner.start()
    serve_probes(host=settings.probe_host, port=settings.probe_port, ready=_ready(url, ready))
    log.info("serving", services=[service.name for service in services])  # type: ignore[attr-defined]
    _wait_for_end(runner)


def _ready(url: str, check: Callable[[], None]) -> Callable[[], None]:
    def ready() -> None:
        check()
        with bus_connection(url) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)

    return ready


def _wait_for_broker(url: str) -> None:
    """nameko's containers give up when the broker is away at their start; this waits instead."""
    while True:
        try:
            with bus_connection(url) as connection:
                connection.ensure_connection(max_retries=1, timeout=3)
                return
        except connection.connection_errors as error:
            log.warning("broker_away", reason=repr(error))
            time.sleep(1)


def _relay_for_ever(relay: Relay, url: str, exchange: str, jobs: tuple[str, ...]) -> None:
    while True:
        try:
            with bus_connection(url) as connection:
                Exchange(exchange, "topic", durable=True)(connection.default_channel).declare()
                for name in jobs:
                    declare_jobs(connection, name)
                producer = Producer(connection)
                while True:
                    if not relay.run_once(producer):
                        _listen(connection, RELAY_POLL_S)
        except Exception as error:  # noqa: BLE001 - broker or database away; rows stay where they are
            log.warning("relay_waits", reason=repr(error)[:300])
            time.sleep(1)


def _listen(connection: Connection, seconds: float) -> None:
    """Wait, but read what the broker says: heartbeats that nobody reads end the connection."""
    try:
        connection.drain_events(timeout=seconds)
    except TimeoutError:
        connection.heartbeat_check()


def _wait_for_end(runner: ServiceRunner) -> None:
    def stop(_signal: int, _frame: Any) -> None:
        eventlet.spawn_n(runner.stop)  # a signal handler runs in the hub and may not switch

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    waiting = eventlet.spawn(runner.wait)
    while True:
        try:
            waiting.wait()
        except InterruptedError:
            continue
        break
    log.info("stopped")
    os._exit(0)  # eventlet's threads and kombu's pools have nothing left to say
