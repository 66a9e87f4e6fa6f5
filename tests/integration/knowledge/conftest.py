"""The knowledge processes on real parts, driven as the gateway and the chat process drive them."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import grpc
import httpx
import pytest
from pymilvus import MilvusClient
from sqlalchemy import Engine

from chassis.database import sync_engine
from chassis.grpc_wire import ERROR_KEY
from chassis.rpc_client import AWAY, RpcClient
from contracts.errors import Unavailable, from_wire
from contracts.rpc import knowledge as shapes
from contracts.shapes import Shape
from local.stack import Stack
from protos.knowledge.v1 import search_pb2, search_pb2_grpc

BASE_PORT = 22_250
HTTP_PORT = 8_225
PARTS = ("knowledge-rpc", "knowledge-search", "knowledge-worker")
VARIABLES = {
    "PARLANCE_LEASE_S": "3",
    "PARLANCE_SWEEP_EVERY_S": "1",
    "PARLANCE_QUERY_TIMEOUT_S": "4",
}


def wait_until(condition: Callable[[], Any], *, within_s: float = 60) -> Any:
    """Its first true value."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {within_s} s")


@dataclass
class Product:
    """What a test may ask of the running processes."""

    stack: Stack
    runner: asyncio.Runner
    rpc: RpcClient
    search_channel: grpc.Channel
    engine: Engine

    def call(self, method: str, request: Shape, answer: type[Any]) -> Any:
        """Raises contracts.errors.ServiceError."""
        asked = self.rpc.call("knowledge", method, request, answer, capability="Knowledge")
        return self.runner.run(asked, context=copy_context())

    def reconnect(self) -> None:
        """After the broker went: the client's loop runs only during calls, and cannot have noticed."""
        with suppress(*AWAY):
            self.runner.run(self.rpc.close())
        self.rpc = RpcClient(self.rpc.url, name="test", timeout_s=15)
        self.runner.run(self.rpc.start())
        self.runner.run(_until_connected(self.rpc))
        wait_until(self._is_answered, within_s=30)

    def _is_answered(self) -> bool:
        try:
            self.call("list_knowledge_bases", shapes.UserRef(user_id=1), shapes.KnowledgeBases)
        except Unavailable:
            return False
        return True

    def base(self, user_id: int = 1, **fields: Any) -> Any:
        request = shapes.CreateKnowledgeBase(user_id=user_id, name="base", **fields)
        return self.call("create_knowledge_base", request, shapes.KnowledgeBase)

    def ticket(self, base: Any, name: str, size: int, user_id: int = 1) -> Any:
        request = shapes.BeginUpload(
            user_id=user_id, knowledge_base=str(base.uuid), file_name=name, size_bytes=size
        )
        return self.call("begin_upload", request, shapes.UploadTicket)

    def put(self, ticket: Any, content: bytes) -> int:
        return httpx.put(ticket.put_url, content=content, headers=ticket.headers).status_code

    def complete(self, ticket: Any, user_id: int = 1) -> Any:
        request = shapes.CompleteUpload(user_id=user_id, upload_id=ticket.upload_id)
        return self.call("complete_upload", request, shapes.Document)

    def upload(self, base: Any, name: str, content: bytes | str, user_id: int = 1) -> Any:
        raw = content.encode() if isinstance(content, str) else content
        ticket = self.ticket(base, name, len(raw), user_id)
        assert self.put(ticket, raw) == 200
        return self.complete(ticket, user_id)

    def data_excel(self, base: Any, name: str, content: bytes) -> Any:
        request = shapes.BeginUpload(
            user_id=1,
            knowledge_base=str(base.uuid),
            file_name=name,
            size_bytes=len(content),
            kind="data_excel",
        )
        ticket = self.call("begin_upload", request, shapes.UploadTicket)
        assert self.put(ticket, content) == 200
        completed = shapes.CompleteUpload(user_id=1, upload_id=ticket.upload_id)
        return self.call("complete_data_upload", completed, shapes.DataExcel)

    def start(self, base: Any, user_id: int = 1) -> UUID:
        request = shapes.KnowledgeBaseOf(user_id=user_id, knowledge_base=str(base.id))
        return self.call("start_indexing", request, shapes.TaskStarted).task_id

    def task(self, task_id: UUID, user_id: int = 1) -> Any:
        request = shapes.TaskOf(user_id=user_id, task_id=str(task_id))
        return self.call("get_task", request, shapes.TaskStatus)

    def ended(self, task_id: UUID, *, within_s: float = 60) -> Any:
        """The task once it is no longer pending."""

        def status() -> Any:
            task = self.task(task_id)
            return None if task.status == "PENDING" else task

        return wait_until(status, within_s=within_s)

    def indexed(self, base: Any) -> Any:
        task = self.ended(self.start(base))
        assert task.status == "SUCCESS", task
        return task

    def documents(self, base: Any, user_id: int = 1) -> list[Any]:
        request = shapes.ListDocuments(user_id=user_id, knowledge_base=str(base.id))
        return self.call("list_documents", request, shapes.Documents).documents

    def search(self, base: Any, query: str, user_id: int = 1) -> list[Any]:
        """Raises contracts.errors.ServiceError."""
        stub = search_pb2_grpc.SearchStub(self.search_channel)
        request = search_pb2.PassagesRequest(
            user_id=user_id, knowledge_base_uuid=str(base.uuid), query=query
        )
        try:
            return list(stub.Passages(request, timeout=20).passages)
        except grpc.RpcError as error:
            told = dict(error.trailing_metadata() or ())
            raise from_wire(json.loads(told[ERROR_KEY])) from error

    def chunk_ids(self, base: Any) -> list[str]:
        """Every chunk of the base that is in Milvus."""
        client = MilvusClient(self.stack.environment["PARLANCE_MILVUS_URL"], timeout=5)
        try:
            (name,) = [n for n in client.list_collections() if base.uuid.hex in n]
            client.load_collection(name)
            rows = client.query(name, filter="chunk >= 0", output_fields=["id"], limit=16_000)
            return [row["id"] for row in rows]
        finally:
            client.close()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data = tmp_path_factory.mktemp("knowledge")
    with Stack(
        data, base_port=BASE_PORT, http_port=HTTP_PORT, only=PARTS, variables=VARIABLES
    ) as stack:
        yield from connected(stack)


def connected(stack: Stack) -> Iterator[Product]:
    """For a stack that runs."""
    environment = stack.environment
    engine = sync_engine(environment["PARLANCE_KNOWLEDGE_DATABASE_URL"], pool_size=2)
    with (
        asyncio.Runner() as runner,
        grpc.insecure_channel(environment["PARLANCE_SEARCH_ADDRESS"]) as channel,
    ):
        rpc = RpcClient(environment["PARLANCE_AMQP_URL"], name="test", timeout_s=15)
        runner.run(rpc.start())
        runner.run(_until_connected(rpc))
        product = Product(stack, runner, rpc, channel, engine)
        yield product
        runner.run(product.rpc.close())
    engine.dispose()


async def _until_connected(rpc: RpcClient) -> None:
    async with asyncio.timeout(15):
        while not rpc.is_connected:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest.fixture(scope="session")
def long_text() -> str:
    """About 180 kB of sentences, no two alike: some 800 chunks of 64 tokens."""
    subjects = ("The warehouse", "Our depot", "This terminal", "The northern yard", "A carrier")
    verbs = ("ships", "stores", "inspects", "refuses", "relabels")
    things = ("crates of tea", "steel coils", "frozen fish", "spare parts", "paper rolls")
    return "\n\n".join(
        f"{subjects[n % 5]} {verbs[n // 5 % 5]} {things[n // 25 % 5]} under order {n}, "
        f"{n * 37 % 997} pieces each, before noon on day {n % 365}."
        for n in range(1_800)
    )
