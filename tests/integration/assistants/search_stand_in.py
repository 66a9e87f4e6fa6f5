"""knowledge's search as assistants' tests need it: the knowledge base's number says how it behaves."""

import asyncio
from typing import Any
from uuid import UUID

from grpc import aio

from chassis.grpc_wire import end_with_status
from contracts.errors import NotFound, Unavailable
from protos.knowledge.v1 import search_pb2, search_pb2_grpc

FULL, EMPTY, GONE, AWAY, SLOW = (str(UUID(int=number)) for number in range(1, 6))
HANGING = "a search that hangs"
TEXTS = (
    "The warranty lasts two years.",
    "Two years for all parts.",
    "The shop is open on Sundays.",
)


def passages() -> list[Any]:
    """Three passages, best first; the second has neither page nor heading."""
    return [
        search_pb2.Passage(
            document_id=40 + at,
            document_name=f"document {at}.pdf",
            kind="file",
            url="https://example.org" if at == 2 else "",
            page=None if at == 1 else at + 3,
            heading="" if at == 1 else "Terms > Warranty",
            chunk=at,
            text=text,
            score=0.9 - at / 10,
        )
        for at, text in enumerate(TEXTS)
    ]


class SearchStandIn(search_pb2_grpc.SearchServicer):
    """`async with SearchStandIn() as search`: then `search.address` is where it listens."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.request_ids: list[str] = []
        self.cancelled = 0

    async def __aenter__(self) -> "SearchStandIn":
        self._server = aio.server()
        search_pb2_grpc.add_SearchServicer_to_server(self, self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop(0)

    async def Passages(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.requests.append(request)
        self.request_ids.append(dict(context.invocation_metadata())["x-request-id"])
        behaviour = request.knowledge_base_uuid
        if behaviour == GONE:
            await end_with_status(context, NotFound(what="knowledge_base"))
        if behaviour == AWAY:
            await end_with_status(context, Unavailable.of("The vector store"))
        if behaviour == SLOW or request.query == HANGING:
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        return search_pb2.PassagesReply(passages=passages() if behaviour == FULL else [])
