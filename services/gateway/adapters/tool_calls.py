"""assistants' execution of users' tools over gRPC."""

import json
from typing import Any

from grpc import aio

from chassis.grpc_client import outgoing_metadata, remote_error
from protos.assistants.v1 import tools_pb2, tools_pb2_grpc
from services.gateway.ports import ToolAnswer

CAPABILITY = "Tools"


class GrpcToolCalls:
    """The port `ToolCalls`; a call may take `timeout_s`. It is never made twice."""

    def __init__(self, channel: aio.Channel, *, timeout_s: float) -> None:
        self._stub = tools_pb2_grpc.ToolsStub(channel)
        self._timeout_s = timeout_s

    async def execute(self, *, user_id: int, tool_id: int, arguments: dict[str, Any]) -> ToolAnswer:
        request = tools_pb2.ExecuteRequest(
            user_id=user_id, tool_id=tool_id, arguments=json.dumps(arguments)
        )
        call = self._stub.Execute(request, metadata=outgoing_metadata(), timeout=self._timeout_s)
        try:
            reply = await call
        except aio.AioRpcError as error:
            raise remote_error(error, capability=CAPABILITY) from None
        return {
            "result": json.loads(reply.result),
            "status_code": reply.status_code,
            "elapsed_ms": reply.elapsed_ms,
        }
