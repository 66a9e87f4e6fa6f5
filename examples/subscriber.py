"""Prints what knowledge announces: a subscriber in a few lines of kombu."""

import json
import os

from kombu import Connection, Consumer, Exchange, Queue

exchange = Exchange("knowledge.events", "topic", durable=True)
queue = Queue("sample-subscriber", exchange, routing_key="#", durable=True)


def on_event(body: dict, message: object) -> None:
    print(json.dumps({"type": body["type"], "data": body["data"]}), flush=True)
    message.ack()  # after the work is done: what is not acknowledged comes again


with Connection(os.environ["PARLANCE_AMQP_URL"], heartbeat=30) as connection:
    with Consumer(connection, [queue], callbacks=[on_event]):
        while True:
            connection.drain_events()
