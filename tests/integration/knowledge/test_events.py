"""What other services are told, once it is true, under the id of the request that began it."""

import kombu

from chassis.logs import request_bound
from contracts.events.envelope import Envelope
from contracts.events.knowledge import DocumentFailed, DocumentIndexed, IndexingFinished

from .conftest import wait_until


def _drained(connection: kombu.Connection) -> None:
    try:
        connection.drain_events(timeout=0.1)
    except TimeoutError:
        return


def test_documents_and_the_end_of_their_task_are_announced(product) -> None:
    base = product.base()
    good = product.upload(base, "good.txt", "Herrings swim in the North Sea.")
    bad = product.upload(base, "blank.txt", "  \n ")
    received: list[Envelope] = []
    with kombu.Connection(product.stack.environment["PARLANCE_AMQP_URL"]) as connection:
        exchange = kombu.Exchange("knowledge.events", "topic", durable=True)
        queue = kombu.Queue("", exchange, routing_key="#", exclusive=True)

        def hear(message: kombu.Message) -> None:
            received.append(Envelope.from_wire(message.decode()))

        with connection.Consumer(queue, on_message=hear, no_ack=True):
            with request_bound("request-of-this-test"):
                task_id = product.start(base)

            def all_heard() -> bool:
                _drained(connection)
                return len(received) == 3

            wait_until(all_heard)
    assert {envelope.request_id for envelope in received} == {"request-of-this-test"}
    told = {envelope.type: envelope.data for envelope in received}
    indexed = DocumentIndexed.from_wire(told[DocumentIndexed.TYPE])
    assert (indexed.document_id, indexed.chunks, indexed.task_id) == (good.id, 1, task_id)
    failed = DocumentFailed.from_wire(told[DocumentFailed.TYPE])
    assert (failed.document_id, failed.document_name) == (bad.id, "blank.txt")
    finished = IndexingFinished.from_wire(told[IndexingFinished.TYPE])
    assert (finished.indexed, finished.failed) == (1, 1)
    assert finished.knowledge_base_uuid == base.uuid
