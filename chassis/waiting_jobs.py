"""How many jobs of one kind wait in RabbitMQ."""

from dataclasses import dataclass

import structlog
from kombu import Connection, Queue

from chassis.jobs import DELAYS_S, job_queue
from chassis.outbox import bus_connection
from chassis.quorum import retry_queue
from contracts.errors import Unavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitJobs:
    """Of the queue `jobs.<name>`, and of those where jobs wait for another try. Raises Unavailable."""

    amqp_url: str
    name: str

    def waiting(self) -> int:
        full = job_queue(self.name).name
        queues = [job_queue(self.name), *(retry_queue(full, delay_s) for delay_s in DELAYS_S)]
        connection = bus_connection(self.amqp_url)
        try:
            with connection:
                connection.ensure_connection(max_retries=1, timeout=3)
                return sum(_ready(connection, queue) for queue in queues)
        except (*connection.connection_errors, *connection.channel_errors) as error:
            log.warning("broker_away", reason=repr(error)[:200])
            raise Unavailable.of("The message broker") from error


def _ready(connection: Connection, queue: Queue) -> int:
    counted = queue(connection.default_channel).queue_declare(passive=True)
    return int(counted.message_count)
