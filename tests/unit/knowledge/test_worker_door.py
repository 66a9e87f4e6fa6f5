from threading import Event, Thread
from types import SimpleNamespace

import pytest

from chassis.jobs import TryAgain
from services.knowledge.entrypoints.worker import _handler


def test_a_job_that_comes_twice_waits_for_the_first() -> None:
    entered, leave = Event(), Event()

    def index_document(document_id: int) -> None:
        entered.set()
        assert leave.wait(5)

    handler = _handler(SimpleNamespace(index_document=index_document))
    first = Thread(target=handler, args=({"document_id": 7},))
    first.start()
    assert entered.wait(5)
    with pytest.raises(TryAgain):
        handler({"document_id": 7})
    leave.set()
    first.join()
    handler({"document_id": 7})  # done: the next one may
