"""Processes are killed and parts go away while people use the product; it tells them, and goes on."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from pymilvus import MilvusClient

from local.stack import Stack
from tools.client import Client

PROCESSES = (
    "gateway",
    "auth-rpc",
    "assistants-rpc",
    "assistants-chat",
    "knowledge-rpc",
    "knowledge-search",
    "knowledge-worker",
)
WORDS = [
    "harbour",
    "pilot",
    "rope",
    "quay",
    "flood",
    "tide",
    "loft",
    "archive",
    "volume",
    "lamp",
    "chart",
    "anchor",
    "mast",
]


def a_text(sentences: int) -> bytes:
    """Sentences that are alike but never the same."""
    chance = random.Random(sentences)
    return " ".join(
        f"Entry {n}: {' '.join(chance.choices(WORDS, k=9))}." for n in range(sentences)
    ).encode()


def with_patience(call: Callable[[], Any], *, within_s: float = 60) -> Any:
    """The call's answer once the product is back; any other failure than its absence is raised."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            return call()
        except (httpx.TransportError, httpx.HTTPStatusError) as error:
            answered = getattr(error, "response", None)
            is_away = answered is None or answered.status_code == 503
            if not is_away or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def chunk_numbers(stack: Stack, knowledge_base: str) -> list[int]:
    """The chunks that the vector store holds of a base with one document."""
    milvus = MilvusClient(uri=stack.environment["PARLANCE_MILVUS_URL"])
    try:
        [collection] = [
            name
            for name in milvus.list_collections()
            if knowledge_base.replace("-", "") in name.replace("_", "")
        ]
        milvus.load_collection(collection)
        rows = milvus.query(collection, filter="chunk >= 0", output_fields=["chunk"], limit=10_000)
        return sorted(row["chunk"] for row in rows)
    finally:
        milvus.close()


@pytest.mark.parametrize("name", PROCESSES)
def test_indexing_survives_kill_9_of(name: str, client: Client, stack: Stack) -> None:
    base = client.create_knowledge_base("Log", chunk_size=64, chunk_overlap=8)["uuid"]
    client.upload(base, "log.txt", a_text(900))
    task_id = client.index(kb_id=base)
    while "embedding" not in client.task(task_id)["progress"]["stage"]:
        time.sleep(0.05)

    stack.kill(name)
    task = with_patience(lambda: client.wait_for_task(task_id, within_s=120), within_s=120)
    stack.wait_ready()

    assert task["status"] == "SUCCESS", task
    [document] = client.documents(base)
    assert document["status"] == "indexed"
    assert chunk_numbers(stack, base) == list(range(document["chunks"]))


def test_a_chat_through_killed_processes_ends_with_an_error_and_then_works(
    client: Client, stack: Stack
) -> None:
    assistant = ready_assistant(client)
    stack.kill("assistants-chat")
    with_patience(lambda: list(client.stream("How long?", assistant_uuid=assistant)))
    stack.kill("knowledge-search")
    with_patience(lambda: list(client.stream("How long?", assistant_uuid=assistant)))
    stack.wait_ready()


def ready_assistant(client: Client) -> str:
    base = client.create_knowledge_base("Library")["uuid"]
    client.upload(base, "loans.txt", b"A drill is lent for three days. A book for four weeks.")
    assistant = client.save_assistant(agent_name="Robin")
    client.set_knowledge_base(assistant, base)
    assert client.wait_for_task(client.index(kb_id=base))["status"] == "SUCCESS"
    return assistant


@pytest.fixture
def away(stack: Stack) -> Iterator[Callable[[str], None]]:
    """Takes parts away; afterwards they are all back and the product is ready."""
    gone: list[str] = []

    def take(name: str) -> None:
        stack.stop_part(name)
        gone.append(name)

    yield take
    for name in gone:
        stack.start_part(name)
    stack.wait_ready()


def refusal(call: Callable[[], Any]) -> str:
    """The sentence of a 503, which must come soon."""
    started = time.monotonic()
    with pytest.raises(httpx.HTTPStatusError) as error:
        call()
    response = error.value.response
    assert response.status_code == 503, response.text
    assert time.monotonic() - started < 15
    assert int(response.headers["Retry-After"]) > 0
    [sentence] = response.json().values()
    return str(sentence)


def test_uploads_wait_for_object_storage(
    client: Client, stack: Stack, away: Callable[[str], None]
) -> None:
    base = client.create_knowledge_base("Library")["uuid"]
    away("s3")
    told = refusal(lambda: client.upload(base, "a.txt", b"hello there"))
    assert told == "Object storage is temporarily unavailable."
    assert client.documents(base) == []
    stack.start_part("s3")
    with_patience(lambda: client.upload(base, "a.txt", b"hello there"))
    assert [each["name"] for each in client.documents(base)] == ["a.txt"]


@pytest.mark.parametrize(
    ("part", "capability"), [("milvus", "The vector store"), ("models", "The model server")]
)
def test_questions_and_indexing_wait_for(
    part: str, capability: str, client: Client, stack: Stack, away: Callable[[str], None]
) -> None:
    assistant = ready_assistant(client)
    base = client.http.get("/api/analytics/knowledge-bases/").json()[0]["uuid"]
    away(part)
    told = refusal(lambda: list(client.stream("How long?", assistant_uuid=assistant)))
    assert told == f"{capability} is temporarily unavailable."
    client.upload(base, "more.txt", b"The rope loft holds sixty people.")
    task_id = client.index(kb_id=base)
    time.sleep(3)
    assert client.task(task_id)["status"] == "PENDING"
    assert client.documents(base)[-1]["status"] == "indexing"
    stack.start_part(part)
    assert client.wait_for_task(task_id)["status"] == "SUCCESS"
    lines = with_patience(
        lambda: list(client.stream("How many people fit the loft?", assistant_uuid=assistant))
    )
    assert "sixty" in "".join(line.get("content", "") for line in lines)


def test_everything_waits_for_the_broker(
    client: Client, stack: Stack, away: Callable[[str], None]
) -> None:
    base = client.create_knowledge_base("Library")["uuid"]
    client.upload(base, "a.txt", b"The rope loft holds sixty people.")
    away("rabbitmq")
    told = refusal(lambda: client.documents(base))
    assert told == "Knowledge is temporarily unavailable."
    assert client.http.get("/api/hello/").status_code == 200
    assert client.http.get("/readyz").status_code == 503
    stack.start_part("rabbitmq")
    with_patience(lambda: client.documents(base))
    task_id = with_patience(lambda: client.index(kb_id=base))
    assert client.wait_for_task(task_id)["status"] == "SUCCESS"


def test_everything_waits_for_the_database(
    client: Client, stack: Stack, away: Callable[[str], None]
) -> None:
    base = client.create_knowledge_base("Library")["uuid"]
    away("postgres")
    told = refusal(lambda: client.documents(base))
    assert told == "The database is temporarily unavailable."
    stack.start_part("postgres")
    assert with_patience(lambda: client.documents(base)) == []
    assert ready_assistant(client)
