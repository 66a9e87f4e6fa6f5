"""The sample subscriber of docs/events.md, as it stands there."""

import json
import os
import subprocess
import sys
from pathlib import Path

from local.stack import Stack
from tools.client import Client

SUBSCRIBER = Path(__file__).parents[2] / "examples" / "subscriber.py"


def test_the_sample_subscriber_hears_of_an_indexed_document(client: Client, stack: Stack) -> None:
    amqp = {"PARLANCE_AMQP_URL": stack.environment["PARLANCE_AMQP_URL"]}
    base = client.create_knowledge_base("Library")["uuid"]
    document = client.upload(base, "loans.txt", b"A drill is lent for three days.")
    with subprocess.Popen(
        [sys.executable, str(SUBSCRIBER)],
        env={**os.environ, **amqp},  # noqa: TID251 - a child's environment
        stdout=subprocess.PIPE,
        text=True,
    ) as subscriber:
        try:
            assert subscriber.stdout is not None
            client.wait_for_task(client.index(kb_id=base))
            heard = {}
            while "knowledge.indexing_finished.v1" not in heard:
                event = json.loads(subscriber.stdout.readline())
                if event["data"]["knowledge_base_uuid"] == base:
                    heard[event["type"]] = event["data"]
        finally:
            subscriber.terminate()
    assert heard["knowledge.document_indexed.v1"]["document_id"] == document["id"]
    assert heard["knowledge.indexing_finished.v1"]["indexed"] == 1
