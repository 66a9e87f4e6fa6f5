"""knowledge's search over gRPC, in threads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import grpc

from chassis.grpc_client import outgoing_metadata, remote_error
from contracts.errors import NotFound
from contracts.rpc.evaluation import SourcePassage
from protos.knowledge.v1 import search_pb2, search_pb2_grpc

CAPABILITY = "Search"
QUERY_CHARACTERS = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRetrieval:
    """The port `Retrieval`."""

    channel: grpc.Channel
    timeout_s: float

    def passages(
        self, *, user_id: int, knowledge_base: UUID, query: str
    ) -> Sequence[SourcePassage]:
        request = search_pb2.PassagesRequest(
            user_id=user_id,
            knowledge_base_uuid=str(knowledge_base),
            query=query[:QUERY_CHARACTERS],
        )
        stub = search_pb2_grpc.SearchStub(self.channel)
        try:
            reply = stub.Passages(request, timeout=self.timeout_s, metadata=outgoing_metadata())
        except grpc.RpcError as error:
            told = remote_error(error, capability=CAPABILITY)
            if isinstance(told, NotFound):
                return ()
            raise told from error
        return [_passage(each) for each in reply.passages]


def _passage(passage: Any) -> SourcePassage:
    return SourcePassage(
        document_id=passage.document_id,
        document_name=passage.document_name[:255],
        chunk=passage.chunk,
        text=passage.text.replace("\x00", "")[:20_000],
    )
