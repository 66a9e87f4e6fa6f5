"""Durable work: a quorum queue, a few jobs at a time per process, acknowledged when they are done.

A handler makes its own transactions and must bear being run again: a killed process, a lost
acknowledgement and a relay that repeats itself all deliver a job once more.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import structlog
from kombu import Connection, Consumer, Exchange, Message, Producer, Queue
from kombu.mixins import ConsumerMixin

from chassis.logs import request_bound
from chassis.quorum import parking_queue, retry_queue, work_arguments

log = structlog.get_logger(__name__)
JOBS = Exchange("jobs", "direct", durable=True)
DELAYS_S = (1, 5, 15, 30)
Handler = Callable[[dict[str, Any]], None]


class TryAgain(Exception):
    """Raised by a handler whose surroundings are not ready (a part is away): tried again without limit."""


def job_queue(name: str) -> Queue:
    """The queue `jobs.<name>`, bound to the exchange `jobs` by its name."""
    full = f"jobs.{name}"
    return Queue(full, JOBS, routing_key=name, durable=True, queue_arguments=work_arguments(full))


def declare_jobs(connection: Connection, name: str) -> None:
    """Make the queues of one kind of job; idempotent."""
    channel = connection.channel()
    full = f"jobs.{name}"
    waiting = [retry_queue(full, delay_s) for delay_s in DELAYS_S]
    for queue in (parking_queue(full), *waiting, job_queue(name)):
        queue(channel).declare()
    channel.close()


class JobWorker(ConsumerMixin):
    """Runs a handler in `at_once` threads while this one keeps the connection alive.

    A process that dies counts a delivery for each job it held, so keep them few. A job that raises
    is tried again after each of DELAYS_S, then parked; TryAgain is not counted.
    """

    def __init__(
        self, connection: Connection, name: str, handler: Handler, *, at_once: int = 1
    ) -> None:
        self.connection = connection
        self.name = name
        self.handler = handler
        self.at_once = at_once
        self.is_consuming = False
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="job")
        self._running: list[tuple[Message, Future[None]]] = []

    def get_consumers(self, _consumer: Any, channel: Any) -> list[Consumer]:
        declare_jobs(self.connection, self.name)
        self._sender = self.connection.clone()
        return [
            Consumer(
                channel,
                [job_queue(self.name)],
                on_message=self._start,
                prefetch_count=self.at_once,
                tag_prefix=f"{self.name}-",
            )
        ]

    def on_consume_ready(self, _connection: Any, _channel: Any, _consumers: Any, **_: Any) -> None:
        self.is_consuming = True

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        self.is_consuming = False
        log.warning("broker_away", reason=repr(exc), again_in_s=interval)

    def on_consume_end(self, _connection: Any, _channel: Any) -> None:
        """Finish and acknowledge what is running before the connection goes."""
        self.is_consuming = False
        while self._running and self.should_stop:
            self.on_iteration()
            time.sleep(0.02)
        self._sender.release()

    def _start(self, message: Message) -> None:
        self._running.append((message, self._threads.submit(self._run, message)))

    def _run(self, message: Message) -> None:
        with request_bound((message.headers or {}).get("request_id")):
            self.handler(message.decode())

    def on_iteration(self) -> None:
        """Settle jobs that have ended; only this thread touches channels."""
        for entry in [entry for entry in self._running if entry[1].done()]:
            self._running.remove(entry)
            message, ended = entry
            if message.channel is None or not message.channel.is_open:
                continue  # the broker went meanwhile; it delivers the job again
            if error := ended.exception():
                self._move(message, error)  # confirmed first, then acknowledged
            message.ack()

    def _move(self, message: Message, error: BaseException) -> None:
        headers = dict(message.headers or {})
        attempt = int(headers.get("x-attempt", 0)) + 1
        if isinstance(error, TryAgain):
            waits = int(headers.get("x-waits", 0)) + 1
            headers["x-waits"] = waits
            queue = retry_queue(f"jobs.{self.name}", DELAYS_S[min(waits, len(DELAYS_S)) - 1])
            log.info("job_waits", job=self.name, waits=waits, reason=str(error)[:300])
        else:
            headers |= {"x-attempt": attempt, "x-last-error": repr(error)[:500]}
            is_last = attempt > len(DELAYS_S)
            full = f"jobs.{self.name}"
            queue = parking_queue(full) if is_last else retry_queue(full, DELAYS_S[attempt - 1])
            log.error("job_failed", job=self.name, attempt=attempt, parked=is_last, exc_info=error)
        Producer(self._sender).publish(
            message.body,
            content_type=message.content_type,
            content_encoding=message.content_encoding,
            exchange="",
            routing_key=queue.name,
            message_id=message.properties.get("message_id"),
            headers=headers,
            mandatory=True,
            delivery_mode=2,
            retry=True,
            retry_policy={"max_retries": 3},
        )
