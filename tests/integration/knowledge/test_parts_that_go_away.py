"""Processes that are killed and parts that are away: nothing is lost, nothing is there twice."""

import signal
import time

import pytest

from contracts.errors import Unavailable

from .conftest import wait_until

TEXT = "The lighthouse of Westkapelle was built in 1458 and burns all night."


def _chunks_in(product, base) -> list[tuple[int, int]]:
    ids = product.chunk_ids(base)
    return sorted((int(one.split(":")[0]), int(one.split(":")[2])) for one in ids)


def _reached(product, document_id: int) -> int:
    with product.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "select reached from document where id = %s", (document_id,)
        )
        return found.scalar_one()


def test_a_killed_worker_goes_on_where_it_was(product, long_text) -> None:
    base = product.base(chunk_size=64, chunk_overlap=8)
    document = product.upload(base, "long.txt", long_text)
    task_id = product.start(base)
    before = 0
    for number in (signal.SIGKILL, signal.SIGTERM):
        wait_until(lambda: _reached(product, document.id) > before)  # noqa: B023
        product.stack.kill("knowledge-worker", number)
        before = _reached(product, document.id)
    task = product.ended(task_id, within_s=90)
    assert task.status == "SUCCESS", task
    chunks = task.result["chunks"]
    assert chunks > 500
    assert _chunks_in(product, base) == [(document.id, number) for number in range(chunks)]
    with product.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "select revision, active_revision, lease_owner from document where id = %s",
            (document.id,),
        ).one()
    assert rows[0] == rows[1]
    assert rows[2] is None


@pytest.mark.parametrize("part", ["postgres", "rabbitmq", "milvus"])
def test_a_killed_part_under_a_running_job_loses_nothing(product, long_text, part) -> None:
    base = product.base(chunk_size=64, chunk_overlap=8)
    document = product.upload(base, "long.txt", long_text)
    task_id = product.start(base)
    wait_until(lambda: _reached(product, document.id) > 0)
    product.stack.kill(part)
    product.stack.wait_ready(part, "knowledge-rpc", "knowledge-worker")
    if part == "rabbitmq":
        product.reconnect()
    task = product.ended(task_id, within_s=90)
    assert task.status == "SUCCESS", task
    chunks = task.result["chunks"]
    assert _chunks_in(product, base) == [(document.id, number) for number in range(chunks)]


def test_killed_rpc_and_search_come_back(product) -> None:
    base = product.base()
    product.upload(base, "light.txt", TEXT)
    task_id = product.start(base)
    product.stack.kill("knowledge-rpc")
    product.stack.kill("knowledge-search")
    product.stack.wait_ready("knowledge-rpc", "knowledge-search")
    assert product.ended(task_id).status == "SUCCESS"
    assert product.search(base, "When was the lighthouse built?")[0].document_name == "light.txt"


def test_indexing_waits_for_milvus_and_goes_on(product) -> None:
    base = product.base()
    product.upload(base, "light.txt", TEXT)
    product.indexed(base)
    product.stack.stop_part("milvus")
    try:
        started = time.monotonic()
        with pytest.raises(Unavailable, match="The vector store is temporarily unavailable"):
            product.search(base, "lighthouse")
        assert time.monotonic() - started < 12
        late = product.upload(base, "late.txt", "The harbour master sleeps until nine.")
        task_id = product.start(base)
        wait_until(lambda: "The vector store" in product.task(task_id).progress.stage)
        assert product.task(task_id).status == "PENDING"
    finally:
        product.stack.start_part("milvus")
    task = product.ended(task_id)
    assert task.result["indexed"] == 1
    found = {one.document_id for one in product.search(base, "the harbour master's lighthouse")}
    assert late.id in found
    assert len(_chunks_in(product, base)) == 2


def test_indexing_waits_for_the_model_server(product) -> None:
    base = product.base()
    product.upload(base, "light.txt", TEXT)
    product.stack.stop_part("models")
    try:
        task_id = product.start(base)
        wait_until(lambda: "The model server" in product.task(task_id).progress.stage)
    finally:
        product.stack.start_part("models")
    assert product.ended(task_id).status == "SUCCESS"


def test_search_says_that_the_model_server_is_away(product) -> None:
    base = product.base()
    product.upload(base, "light.txt", TEXT)
    product.indexed(base)
    product.stack.stop_part("models")
    try:
        with pytest.raises(Unavailable, match="The model server is temporarily unavailable"):
            product.search(base, "a question never asked before")
    finally:
        product.stack.start_part("models")
    assert product.search(base, "lighthouse")


def test_uploads_say_that_object_storage_is_away(product) -> None:
    base = product.base()
    ticket = product.ticket(base, "light.txt", len(TEXT))
    product.put(ticket, TEXT.encode())
    product.stack.stop_part("s3")
    try:
        with pytest.raises(Unavailable, match="Object storage is temporarily unavailable"):
            product.complete(ticket)
    finally:
        product.stack.start_part("s3")
    assert product.complete(ticket).name == "light.txt"
    assert product.indexed(base).result["indexed"] == 1


def test_a_job_that_got_lost_is_found_by_the_sweeper(product) -> None:
    base = product.base()
    document = product.upload(base, "light.txt", TEXT)
    with product.engine.begin() as connection:  # as if the broker had lost its queue
        connection.exec_driver_sql(
            "update document set status = 'indexing', revision = nextval('document_revision'),"
            " touched_at = now() - interval '10 minutes' where id = %s",
            (document.id,),
        )
    wait_until(lambda: product.documents(base)[0].status == "indexed")
    assert _chunks_in(product, base) == [(document.id, 0)]


def test_a_document_that_crashes_its_worker_ends_as_failed(product) -> None:
    base = product.base()
    product.upload(base, "light.txt", TEXT)
    product.stack.stop_part("knowledge-worker")
    task_id = product.start(base)
    with product.engine.begin() as connection:
        connection.exec_driver_sql("update document set attempts = 10 where status = 'indexing'")
    product.stack.start_part("knowledge-worker")
    task = product.ended(task_id)
    assert task.error.endswith("Indexing this document crashed 10 times.")


def test_replaced_vectors_are_cleared_away(product) -> None:
    with product.engine.begin() as connection:
        connection.exec_driver_sql("update stale_vectors set since = now() - interval '1 hour'")

    def none_left() -> bool:
        with product.engine.connect() as connection:
            left = connection.exec_driver_sql(
                "select count(*) from stale_vectors where since < now() - interval '30 minutes'"
            )
            return left.scalar() == 0

    wait_until(none_left)
