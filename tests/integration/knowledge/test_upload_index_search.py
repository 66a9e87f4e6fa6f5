"""The main job of the knowledge service, and what must not be possible in it."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from contracts.errors import InvalidRequest, NotFound, TooLarge
from contracts.rpc import knowledge as shapes
from tests.unit.knowledge.small_files import SENTENCE, SMALL_FILES

SUPPORT = "# Opening hours\n\nThe warehouse in Rotterdam opens at seven in the morning.\n"
RETURNS = "# Returns\n\nParcels may be sent back within thirty days, unopened, free of charge.\n"
UNREADABLE_PDF = b"%PDF-1.7\n" + bytes(range(256)) * 8


def test_a_document_is_found_once_it_is_indexed(product) -> None:
    base = product.base()
    product.upload(base, "../../hours.md", SUPPORT)
    product.upload(base, "returns.md", RETURNS)
    assert product.search(base, "When does the warehouse open?") == []

    task = product.indexed(base)

    assert task.result == {"indexed": 2, "failed": [], "failed_count": 0, "chunks": 2}
    assert task.progress.done == task.progress.total == 2
    first, *_ = product.search(base, "When does the warehouse open?")
    assert first.document_name == "hours.md"
    assert first.heading == "Opening hours"
    assert "seven" in first.text
    assert 0 < first.score <= 1
    assert 0.3 < first.similarity <= 1
    assert not first.HasField("page")
    assert httpx.get(first.url).text == SUPPORT
    listed = product.documents(base)
    assert [(one.name, one.status, one.chunks) for one in listed] == [
        ("hours.md", "indexed", 1),
        ("returns.md", "indexed", 1),
    ]


def test_files_of_many_formats_are_indexed_with_errors_in_cells(product) -> None:
    base = product.base(reranking_enabled=False, top_k=50)
    for kind, content in SMALL_FILES.items():
        product.upload(base, f"small.{kind}", content())
    assert product.indexed(base).result["indexed"] == len(SMALL_FILES)
    found = {one.document_name for one in product.search(base, SENTENCE)}
    assert found == {f"small.{kind}" for kind in SMALL_FILES}
    assert any("Milk; Price: #N/A" in one.text for one in product.search(base, "Milk price"))


def test_indexing_again_has_nothing_to_do(product) -> None:
    base = product.base()
    product.upload(base, "hours.md", SUPPORT)
    product.indexed(base)
    again = product.task(product.start(base))
    nothing = {"indexed": 0, "failed": [], "failed_count": 0, "chunks": 0}
    assert (again.status, again.result) == ("SUCCESS", nothing)


def test_one_task_runs_per_base_however_many_ask(product) -> None:
    base = product.base()
    for number in range(5):
        product.upload(base, f"{number}.txt", f"Order {number} was shipped.")
    request = shapes.KnowledgeBaseOf(user_id=1, knowledge_base=str(base.id))

    async def at_once() -> list[shapes.TaskStarted]:
        asked = (
            product.rpc.call(
                "knowledge", "start_indexing", request, shapes.TaskStarted, capability="Knowledge"
            )
            for _ in range(10)
        )
        return await asyncio.gather(*asked)

    (task_id,) = {started.task_id for started in product.runner.run(at_once())}
    assert product.ended(task_id).result["indexed"] == 5
    assert len(product.chunk_ids(base)) == 5


def test_bad_documents_do_not_fail_the_good_ones(product) -> None:
    base = product.base()
    product.upload(base, "good.txt", "A good document about lighthouses.")
    bad = product.upload(base, "bad.pdf", UNREADABLE_PDF)
    blank = product.upload(base, "blank.txt", "   \n \n")
    task = product.ended(product.start(base))
    assert task.status == "SUCCESS"
    assert task.result["indexed"] == 1
    failed = {each["document_id"]: each["error"] for each in task.result["failed"]}
    assert set(failed) == {bad.id, blank.id}
    assert "No text" in failed[blank.id]
    by_id = {one.id: one for one in product.documents(base)}
    assert by_id[bad.id].status == "failed"
    assert by_id[bad.id].error == failed[bad.id]


def test_a_task_fails_when_every_document_does(product) -> None:
    base = product.base()
    product.upload(base, "bad.pdf", UNREADABLE_PDF)
    task = product.ended(product.start(base))
    assert task.status == "FAILURE"
    assert task.error.startswith("No document could be indexed. bad.pdf: ")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("tool.exe", b"MZ", "not supported"),
        ("none.txt", b"", "empty"),
        ("photo.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "not a PDF"),
    ],
)
def test_a_file_that_is_no_document_is_refused(product, name, content, says) -> None:
    base = product.base()
    with pytest.raises(InvalidRequest) as refused:
        product.upload(base, name, content)
    assert says in refused.value.fields["file"][0]
    assert product.documents(base) == []


def test_a_refused_file_leaves_no_bytes_and_stays_refused(product) -> None:
    base = product.base()
    ticket = product.ticket(base, "photo.pdf", 8)
    product.put(ticket, b"\x89PNG\r\n\x1a\n")
    for _ in range(2):
        with pytest.raises(InvalidRequest):
            product.complete(ticket)
    assert httpx.get(ticket.put_url.split("?")[0]).status_code in {403, 404}


def test_other_bytes_than_announced_cannot_be_put(product) -> None:
    ticket = product.ticket(product.base(), "hours.md", 5)
    assert product.put(ticket, b"123456") == 403
    with pytest.raises(InvalidRequest, match="Invalid input"):
        product.complete(ticket)


def test_a_file_over_the_limit_is_refused_before_it_is_sent(product) -> None:
    with pytest.raises(TooLarge):
        product.ticket(product.base(), "big.txt", 100 * 1024 * 1024 + 1)


def test_completing_twice_answers_the_same_document(product) -> None:
    base = product.base()
    ticket = product.ticket(base, "hours.md", len(SUPPORT))
    product.put(ticket, SUPPORT.encode())
    assert product.complete(ticket).id == product.complete(ticket).id
    assert len(product.documents(base)) == 1


def test_what_is_somebody_elses_does_not_exist(product) -> None:
    base = product.base(user_id=1)
    ticket = product.ticket(base, "hours.md", len(SUPPORT))
    product.put(ticket, SUPPORT.encode())
    task_id = product.start(base)
    attempts = (
        lambda: product.documents(base, user_id=2),
        lambda: product.start(base, user_id=2),
        lambda: product.ticket(base, "a.txt", 1, user_id=2),
        lambda: product.complete(ticket, user_id=2),
        lambda: product.task(task_id, user_id=2),
        lambda: product.search(base, "hours", user_id=2),
    )
    for attempt in attempts:
        with pytest.raises(NotFound, match=r"Not found\."):
            attempt()


def test_a_task_that_is_none_is_not_found(product) -> None:
    for task_id in ("17", "no-uuid", str(uuid4()), "é" * 36):
        with pytest.raises(NotFound):
            product.call("get_task", shapes.TaskOf(user_id=1, task_id=task_id), shapes.TaskStatus)


def test_an_unknown_embedding_model_is_refused(product) -> None:
    with pytest.raises(InvalidRequest) as refused:
        product.base(embedding_model="no-such-model")
    assert "embedding_model" in refused.value.fields
    assert product.base(embedding_model="local-embed").embedding_model == "local-embed"


@pytest.mark.parametrize(("weight", "has_similarity"), [(0.0, True), (1.0, False)])
def test_the_weight_decides_who_is_asked(product, weight, has_similarity) -> None:
    base = product.base(sparse_weightage=weight, reranking_enabled=False, top_k=1)
    product.upload(base, "codes.txt", "Article ZX-4711-Q is a blue ceramic mug.")
    product.upload(base, "animals.txt", "Kittens and puppies are playful little pets.")
    product.indexed(base)
    (exact,) = product.search(base, "ZX-4711-Q")
    assert exact.document_name == "codes.txt"
    assert exact.HasField("similarity") is has_similarity
    found = [one.document_name for one in product.search(base, "baby cats and baby dogs")]
    assert found == (["animals.txt"] if weight == 0 else [])


def test_a_document_of_other_settings_is_indexed_anew_and_found_once(product) -> None:
    base = product.base(chunk_size=64, chunk_overlap=0, reranking_enabled=False, top_k=100)
    text = "\n\n".join(f"Rule {n}: lighthouse keepers polish lens {n} at dusk." for n in range(60))
    product.upload(base, "rules.txt", text)
    chunks = product.indexed(base).result["chunks"]
    with product.engine.begin() as connection:
        connection.exec_driver_sql(
            "update knowledge_base set chunk_size = 128 where id = %s", (base.id,)
        )
    fewer = product.indexed(base).result["chunks"]
    assert 0 < fewer < chunks
    found = [(one.document_id, one.chunk) for one in product.search(base, "lighthouse keepers")]
    assert sorted(found) == [(found[0][0], number) for number in range(fewer)]
