"""Queues that lose nothing: quorum queues, with delayed retries and a parking place for what never works.

Declare them when a process starts, never right before a publish that matters: RabbitMQ 3.10 can
lose a quorum queue's leader when it is killed within two seconds of the declaration.
"""

from typing import Any

from kombu import Queue

CRASHES_ALLOWED = 20
"""Deliveries that may end without an answer (a killed process, a lost broker) before parking."""


def work_arguments(name: str) -> dict[str, Any]:
    """Arguments of the queue that is worked on."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": CRASHES_ALLOWED,
        **_moves_to(f"{name}.parked"),
    }


def parking_queue(name: str) -> Queue:
    """Where messages end that failed too often; people look here."""
    return Queue(f"{name}.parked", durable=True, queue_arguments={"x-queue-type": "quorum"})


def retry_queue(name: str, delay_s: int) -> Queue:
    """Holds a message for `delay_s` and hands it back; one queue per delay, as a TTL blocks the head."""
    arguments = {"x-queue-type": "quorum", "x-message-ttl": delay_s * 1000, **_moves_to(name)}
    return Queue(f"{name}.retry.{delay_s}s", durable=True, queue_arguments=arguments)


def _moves_to(queue_name: str) -> dict[str, Any]:
    return {
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue_name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
