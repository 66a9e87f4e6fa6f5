"""Messages through the private RabbitMQ, with kombu as the services use it."""

import time

import kombu

from local.stack import Stack


def quorum_queue(name: str) -> kombu.Queue:
    return kombu.Queue(
        name, queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": 3}, durable=True
    )


def publish(stack: Stack, queue: kombu.Queue, body: object) -> None:
    options = {"confirm_publish": True}
    with kombu.Connection(stack.environment["PARLANCE_AMQP_URL"], transport_options=options) as bus:
        bus.Producer().publish(body, routing_key=queue.name, declare=[queue], delivery_mode=2)


def take(stack: Stack, queue: kombu.Queue) -> object:
    """The body of the next message, waiting for it up to ten seconds."""
    with kombu.Connection(stack.environment["PARLANCE_AMQP_URL"]) as bus:
        bound = queue(bus.default_channel)
        for _ in range(100):
            message = bound.get()
            if message:
                message.ack()
                return message.decode()
            time.sleep(0.1)
    return None
