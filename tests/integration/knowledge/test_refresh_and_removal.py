"""Documents that are replaced, deleted and re-indexed: never both, never neither, nothing left."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException
from sqlalchemy import insert

from contracts.errors import InvalidRequest, NotFound
from contracts.rpc import knowledge as shapes
from protos.knowledge.v1 import search_pb2, search_pb2_grpc
from services.knowledge.adapters.object_store import s3_client
from services.knowledge.adapters.tables import task

from .conftest import Product, wait_until

QUESTION = "Who keeps the lighthouse?"


def version(number: int) -> bytes:
    return f"The lighthouse is kept by keeper number {number}.".encode()


def refresh(product: Product, name: str, content: bytes, user_id: int = 1, **base: str) -> Any:
    request = shapes.BeginRefresh(user_id=user_id, file_name=name, size_bytes=len(content), **base)
    ticket = product.call("begin_refresh", request, shapes.UploadTicket)
    assert product.put(ticket, content) == 200
    completed = shapes.CompleteUpload(user_id=user_id, upload_id=ticket.upload_id)
    return product.call("complete_refresh", completed, shapes.Refreshed)


def renew(product: Product, base: Any, name: str, content: bytes) -> Any:
    return refresh(product, name, content, knowledge_base=str(base.uuid))


def delete(product: Product, document_id: int, user_id: int = 1) -> Any:
    request = shapes.DocumentOf(user_id=user_id, document_id=document_id)
    return product.call("delete_document", request, shapes.DocumentRemoved)


def whole(base: Any, user_id: int = 1) -> shapes.KnowledgeBaseOf:
    return shapes.KnowledgeBaseOf(user_id=user_id, knowledge_base=str(base.id))


def texts(product: Product, base: Any) -> list[str]:
    return [passage.text for passage in product.search(base, QUESTION)]


def stored(product: Product, base: Any) -> list[str]:
    """Keys of all that the object store has of a knowledge base."""
    of = product.stack.environment
    client = s3_client(
        endpoint_url=of["PARLANCE_S3_ENDPOINT_URL"],
        region="us-east-1",
        access_key=of["PARLANCE_S3_ACCESS_KEY"],
        secret_key=of["PARLANCE_S3_SECRET_KEY"],
    )
    return [
        each["Key"]
        for folder in ("documents", "tables")
        for each in client.list_objects_v2(
            Bucket=of["PARLANCE_S3_BUCKET"], Prefix=f"{folder}/{base.uuid}/"
        ).get("Contents", [])
    ]


def collections(product: Product, base: Any) -> list[str]:
    client = MilvusClient(product.stack.environment["PARLANCE_MILVUS_URL"], timeout=5)
    try:
        return [name for name in client.list_collections() if base.uuid.hex in name]
    except MilvusException:  # one went while they were listed
        return [base.uuid.hex]
    finally:
        client.close()


def age(product: Product) -> None:
    """What waits for late searches and writers is old enough now."""
    with product.engine.begin() as connection:
        for table in ("stale_vectors", "stale_base"):
            connection.exec_driver_sql(f"update {table} set since = now() - interval '1 hour'")


def nothing_left(product: Product, base: Any) -> bool:
    age(product)
    is_empty = not collections(product, base) or not product.chunk_ids(base)
    return is_empty and not stored(product, base)


def reached(product: Product, document_id: int) -> int:
    with product.engine.connect() as connection:
        statement = "select reached from document where id = %s"
        return int(connection.exec_driver_sql(statement, (document_id,)).scalar() or 0)


class Watching:
    """Searches without a pause beside the test, and keeps what each search found."""

    def __init__(self, product: Product, base: Any) -> None:
        address = product.stack.environment["PARLANCE_SEARCH_ADDRESS"]
        self.channel = grpc.insecure_channel(address)
        self.request = search_pb2.PassagesRequest(
            user_id=1, knowledge_base_uuid=str(base.uuid), query=QUESTION
        )
        self.found: list[list[str]] = []
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self._search) for _ in range(2)]

    def __enter__(self) -> "Watching":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()
        self.channel.close()

    def _search(self) -> None:
        stub = search_pb2_grpc.SearchStub(self.channel)
        while not self.ended.is_set():
            passages = stub.Passages(self.request, timeout=20).passages
            self.found.append([passage.text for passage in passages])


def test_every_search_during_refreshes_finds_exactly_one_version(product) -> None:
    base = product.base()
    product.upload(base, "keeper.txt", version(0))
    product.indexed(base)
    with Watching(product, base) as watching:
        for number in range(1, 13):
            task = product.ended(renew(product, base, "keeper.txt", version(number)).task_id)
            assert task.status == "SUCCESS"
            assert texts(product, base) == [version(number).decode()]
    assert len(watching.found) > 50
    assert {len(found) for found in watching.found} == {1}
    assert len({found[0] for found in watching.found}) > 6  # it did look while they changed


def test_the_old_version_answers_while_a_killed_worker_is_replaced(product, long_text) -> None:
    base = product.base(chunk_size=64, chunk_overlap=8)
    document = product.upload(base, "keeper.txt", version(0))
    product.indexed(base)
    fresh = (version(1).decode() + "\n\n" + long_text).encode()
    task_id = renew(product, base, "keeper.txt", fresh).task_id
    wait_until(lambda: reached(product, document.id) > 0)
    assert texts(product, base) == [version(0).decode()]
    product.stack.kill("knowledge-worker")
    assert texts(product, base) == [version(0).decode()]
    assert product.ended(task_id, within_s=120).status == "SUCCESS"
    assert version(1).decode() in texts(product, base)[0]
    assert version(0).decode() not in texts(product, base)
    (now,) = product.documents(base)
    wait_until(lambda: age(product) or len(product.chunk_ids(base)) == now.chunks)
    wait_until(lambda: len(stored(product, base)) == 1)


def test_a_refresh_that_cannot_be_read_leaves_the_old_version_answering(product) -> None:
    base = product.base()
    product.upload(base, "keeper.json", b'{"keeper of the lighthouse": "Ada"}')
    product.indexed(base)
    task = product.ended(renew(product, base, "keeper.json", b'{"keeper":').task_id)
    assert task.status == "FAILURE"
    (document,) = product.documents(base)
    assert (document.status, document.chunks) == ("failed", 1)
    assert "not valid JSON" in document.error
    assert texts(product, base) == ["keeper of the lighthouse: Ada"]
    healed = renew(product, base, "keeper.json", b'{"keeper of the lighthouse": "Bo"}')
    assert product.ended(healed.task_id).status == "SUCCESS"
    assert texts(product, base) == ["keeper of the lighthouse: Bo"]


def test_of_two_quick_refreshes_the_last_one_wins(product, long_text) -> None:
    base = product.base(chunk_size=64, chunk_overlap=8)
    product.upload(base, "keeper.txt", version(0))
    product.indexed(base)
    first = renew(product, base, "keeper.txt", long_text.encode())
    wait_until(lambda: reached(product, first.document.id) > 0)
    second = renew(product, base, "keeper.txt", version(2))
    assert second.task_id == first.task_id  # it had not ended
    task = product.ended(second.task_id)
    assert (task.status, task.progress.total) == ("SUCCESS", 1)
    assert texts(product, base) == [version(2).decode()]
    wait_until(lambda: age(product) or len(product.chunk_ids(base)) == 1)
    wait_until(lambda: len(stored(product, base)) == 1)


def test_a_name_in_two_knowledge_bases_has_to_be_told_apart(product) -> None:
    one, two = product.base(user_id=21), product.base(user_id=21)
    for base in (one, two):
        product.upload(base, "same.txt", version(0), user_id=21)
    with pytest.raises(InvalidRequest) as refused:
        refresh(product, "same.txt", version(1), user_id=21)
    assert list(refused.value.fields) == ["kb_uuid"]
    refreshed = refresh(product, "same.txt", version(1), 21, knowledge_base=str(two.uuid))
    assert refreshed.document.id == product.documents(two, user_id=21)[0].id
    with pytest.raises(NotFound):
        refresh(product, "other.txt", version(1), user_id=21)
    with pytest.raises(NotFound):
        refresh(product, "same.txt", version(1), user_id=22)


def test_a_document_deleted_under_its_indexing_leaves_nothing(product, long_text) -> None:
    base = product.base(chunk_size=64, chunk_overlap=8)
    document = product.upload(base, "long.txt", long_text)
    task_id = product.start(base)
    wait_until(lambda: reached(product, document.id) > 0)
    assert delete(product, document.id).kind == "file"
    assert product.task(task_id).status == "SUCCESS"  # nothing is left to do
    assert product.documents(base) == []
    assert product.search(base, "warehouse") == []
    time.sleep(6)  # the worker notices at its next beat, a quarter of three seconds
    wait_until(lambda: nothing_left(product, base))
    other = product.upload(base, "keeper.txt", version(0))
    product.indexed(base)
    assert [passage.document_id for passage in product.search(base, QUESTION)] == [other.id]
    with pytest.raises(NotFound):
        delete(product, document.id)


@pytest.mark.parametrize("part", ["milvus", "s3"])
def test_a_deletion_while_a_part_is_away_happens_later_by_itself(product, part) -> None:
    base = product.base()
    document = product.upload(base, "keeper.txt", version(0))
    product.indexed(base)
    product.stack.stop_part(part)
    try:
        started = time.monotonic()
        delete(product, document.id)
        assert time.monotonic() - started < 2
        assert product.documents(base) == []
    finally:
        product.stack.start_part(part)
    wait_until(lambda: nothing_left(product, base))


def test_a_knowledge_base_deleted_under_indexing_leaves_nothing(product, long_text) -> None:
    base = product.base(chunk_size=64, chunk_overlap=8)
    document = product.upload(base, "long.txt", long_text)
    product.data_excel(base, "data.csv", b"A,B\n1,2\n")
    ticket = product.ticket(base, "late.txt", 5)
    task_id = product.start(base)
    wait_until(lambda: reached(product, document.id) > 0)
    removed = product.call("delete_knowledge_base", whole(base), shapes.KnowledgeBaseRemoved)
    assert removed.uuid == base.uuid
    assert product.task(task_id).status != "PENDING"
    with pytest.raises(NotFound):
        product.search(base, "warehouse")
    with pytest.raises(NotFound):
        product.complete(ticket)
    with pytest.raises(NotFound):
        product.call("delete_knowledge_base", whole(base), shapes.KnowledgeBaseRemoved)
    time.sleep(6)
    wait_until(lambda: age(product) or not [*collections(product, base), *stored(product, base)])


def test_tasks_without_documents_end_whatever_became_of_their_base(product) -> None:
    """What a deletion leaves that comes in the same moment as the start of indexing."""
    kept = product.base()
    emptied, homeless = uuid4(), uuid4()
    of_task = insert(task).values(user_id=1, status="PENDING")
    with product.engine.begin() as connection:
        connection.execute(of_task.values(id=homeless, knowledge_base_id=None))
        connection.execute(of_task.values(id=emptied, knowledge_base_id=kept.id))

    def has_ended(task_id: UUID) -> bool:
        request = shapes.TaskOf(user_id=1, task_id=str(task_id))
        return product.call("get_task", request, shapes.TaskStatus).status == "SUCCESS"

    wait_until(lambda: has_ended(homeless) and has_ended(emptied))


def test_other_chunking_waits_for_the_next_run_and_answers_meanwhile(product) -> None:
    base = product.base()
    product.upload(base, "keeper.txt", version(0) + b"\n\n" + b"And the sea is wide. " * 60)
    product.indexed(base)
    (before,) = product.documents(base)

    def change(**fields: Any) -> Any:
        request = shapes.ChangeKnowledgeBase(
            user_id=1,
            knowledge_base=str(base.uuid),
            fields=shapes.KnowledgeBaseFields(**fields),
        )
        return product.call("update_knowledge_base", request, shapes.KnowledgeBase)

    changed = change(chunk_size=48, chunk_overlap=0)
    assert (changed.chunk_size, changed.name, changed.files_count) == (48, "base", 1)
    (marked,) = product.documents(base)
    assert (marked.status, marked.chunks) == ("uploaded", before.chunks)
    assert texts(product, base)
    assert change(chunk_size=512, chunk_overlap=32).updated_at > changed.updated_at
    assert product.documents(base)[0].status == "indexed"  # it fits again
    change(chunk_size=48, chunk_overlap=0)
    product.indexed(base)
    (after,) = product.documents(base)
    assert after.status == "indexed"
    assert after.chunks > before.chunks
    for fields, wrong in (
        ({"chunk_overlap": 48}, "chunk_overlap"),
        ({"embedding_model": "x"}, None),
    ):
        with pytest.raises(InvalidRequest) as refused:
            change(**fields)
        assert list(refused.value.fields) == [wrong or "embedding_model"]


def test_a_data_excel_keeps_its_tables_until_it_goes(product) -> None:
    base = product.base()
    made = product.data_excel(base, "sales.csv", b"Region,Amount\nNorth,1\nSouth,2.5\n")
    assert made.summary.startswith("Info:\n2 rows, 2 columns")
    assert "\n\nHead:\n" in made.summary
    assert len(stored(product, base)) == 2
    product.indexed(base)
    found = product.search(base, "Which table has the amount per region?")
    assert found[0].document_id == made.id
    assert "Amount" in found[0].text
    refreshed = renew(product, base, "sales.csv", b"Region,Amount\nWest,7\n")
    product.ended(refreshed.task_id)
    assert "West" in product.search(base, "amount per region")[0].text
    wait_until(lambda: len(stored(product, base)) == 2)
    with pytest.raises(InvalidRequest) as refused:
        renew(product, base, "sales.csv", b"\n\n\n")
    assert list(refused.value.fields) == ["file"]
    assert "West" in product.search(base, "amount per region")[0].text
    assert delete(product, made.id).kind == "data_excel"
    wait_until(lambda: nothing_left(product, base))


def test_a_data_excel_that_cannot_be_read_leaves_nothing(product) -> None:
    base = product.base()
    with pytest.raises(InvalidRequest) as refused:
        product.data_excel(base, "bad.xlsx", b"PK\x03\x04" + b"x" * 100)
    assert refused.value.fields == {
        "file": ["The workbook is damaged or is not what its name says."]
    }
    assert stored(product, base) == []
    request = shapes.ListDocuments(user_id=1, knowledge_base=str(base.id), kind="data_excel")
    assert product.call("list_documents", request, shapes.Documents).documents == []


def test_somebody_elses_things_are_as_if_they_were_not_there(product) -> None:
    base = product.base()
    document = product.upload(base, "keeper.txt", version(0))
    change = shapes.ChangeKnowledgeBase(
        user_id=2, knowledge_base=str(base.id), fields=shapes.KnowledgeBaseFields(top_k=1)
    )
    attempts: list[Callable[[], Any]] = [
        lambda: delete(product, document.id, user_id=2),
        lambda: product.call("update_knowledge_base", change, shapes.KnowledgeBase),
        lambda: product.call("delete_knowledge_base", whole(base, 2), shapes.KnowledgeBaseRemoved),
        lambda: refresh(product, "keeper.txt", version(1), user_id=2),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
    assert product.documents(base)[0].status == "uploaded"


@pytest.fixture(autouse=True)
def _all_there(product: Product) -> Iterator[None]:
    yield
    product.stack.wait_ready()
