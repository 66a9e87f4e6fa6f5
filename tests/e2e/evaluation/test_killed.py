"""Whatever is killed while a test run goes on: it ends, with one verdict per case, announced once."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Connection, Consumer, Exchange, Queue

from local.stack import Stack
from tests.e2e.evaluation.ground import (
    HANDBOOK,
    Run,
    assistant_of,
    check_follows,
    check_is_true,
    indexed,
    questions,
)
from tests.e2e.test_survival import with_patience
from tools.client import Client

CASES = 80
ONE_BY_ONE = (("evaluation-worker",), ("evaluation-rpc", "assistants-chat"))
EVERYTHING = (
    (
        "evaluation-worker",
        "evaluation-rpc",
        "assistants-chat",
        "assistants-rpc",
        "knowledge-search",
        "knowledge-rpc",
        "gateway",
        "rabbitmq",
        "postgres",
    ),
)


class _Heard(list[dict[str, Any]]):
    def __init__(self, url: str, queue: Queue) -> None:
        super().__init__()
        self._url, self._queue = url, queue

    def of(self, run_id: str, kind: str) -> list[dict[str, Any]]:
        """What was announced of a run; an event that came twice counts once."""
        events = {each["id"]: each for each in self if each["type"] == kind}
        return [each["data"] for each in events.values() if each["data"]["run_id"] == run_id]

    def until_finished(self, run_id: str, *, within_s: float = 30) -> None:
        """Hear everything up to the announcement of the run's end."""

        def hear(body: dict[str, Any], message: Any) -> None:
            self.append(body)
            message.ack()

        deadline = time.monotonic() + within_s
        with (
            Connection(self._url) as connection,
            Consumer(connection, [self._queue], callbacks=[hear]),
        ):
            while not self.of(run_id, "evaluation.test_run_finished.v1"):
                connection.drain_events(timeout=max(deadline - time.monotonic(), 0.1))


@pytest.fixture
def announced(stack: Stack) -> Iterator[_Heard]:
    """What evaluation announces from now on."""
    url = stack.environment["PARLANCE_AMQP_URL"]
    exchange = Exchange("evaluation.events", "topic", durable=True)
    queue = Queue("tests-evaluation", exchange, routing_key="#", durable=True)
    with Connection(url) as connection:
        queue(connection).declare()
        queue(connection).purge()
    yield _Heard(url, queue)
    with Connection(url) as connection:
        queue(connection).delete()


@pytest.mark.parametrize("at_once", [ONE_BY_ONE, EVERYTHING], ids=["some", "everything"])
def test_a_run_survives_kill_9_of(
    at_once: tuple[tuple[str, ...], ...], client: Client, stack: Stack, announced: _Heard
) -> None:
    base = str(client.create_knowledge_base("Library")["uuid"])
    client.upload_file(base, HANDBOOK)
    assistant = assistant_of(client, indexed(client, base))
    run_id = client.start_test_suite(assistant, questions(CASES))
    before: Run = {"results": []}
    for names in at_once:
        before = moved_on(client, run_id, before)
        for name in names:
            stack.kill(name)
        stack.wait_ready()
    run = with_patience(lambda: client.wait_for_test_run(run_id, within_s=120), within_s=120)

    check_is_true(run)
    check_follows(run, before)
    assert run["status"] == "finished"
    assert [each["idx"] for each in run["results"]] == list(range(CASES))
    assert run["summary"]["errors"] == 0, run["results"]
    announced.until_finished(run_id)
    of_cases = announced.of(run_id, "evaluation.test_case_finished.v1")
    assert sorted(each["idx"] for each in of_cases) == list(range(CASES))
    assert len(announced.of(run_id, "evaluation.test_run_started.v1")) == 1
    assert len(announced.of(run_id, "evaluation.test_run_finished.v1")) == 1


def moved_on(client: Client, run_id: str, before: Run, *, within_s: float = 60) -> Run:
    """The run, still going on, once it has more results than before."""
    deadline = time.monotonic() + within_s
    while True:
        run: Run = with_patience(lambda: client.test_run(run_id))
        assert run["status"] == "running", "it ended before anything was killed"
        if len(run["results"]) > len(before["results"]):
            check_follows(run, before)
            return run
        assert time.monotonic() < deadline, run["summary"]
        time.sleep(0.02)
