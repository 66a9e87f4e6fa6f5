"""knowledge's search over gRPC."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from grpc import aio

from chassis.grpc_wire import outgoing_metadata, remote_error
from protos.knowledge.v1 import search_pb2, search_pb2_grpc
from services.assistants.domain.citation import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class GrpcPassageSearch:
    """The port `PassageSearch`; a call that is cancelled is cancelled there as well."""

    channel: aio.Channel
    timeout_s: float

    async def passages(self, *, user_id: int, knowledge_base: UUID, query: str) -> list[Passage]:
        request = search_pb2.PassagesRequest(
            user_id=user_id, knowledge_base_uuid=str(knowledge_base), query=query
        )
        ask = search_pb2_grpc.SearchStub(self.channel).Passages
        try:
            reply = await ask(request, timeout=self.timeout_s, metadata=outgoing_metadata())
        except aio.AioRpcError as error:
            raise remote_error(error, capability="Search") from error
        return [_passage(found) for found in reply.passages]


def _passage(found: Any) -> Passage:
    return Passage(
        document_id=found.document_id,
        document_name=found.document_name,
        kind=found.kind,
        url=found.url,
        page=found.page if found.HasField("page") else None,
        heading=found.heading,
        chunk=found.chunk,
        text=found.text,
        score=found.score,
    )
