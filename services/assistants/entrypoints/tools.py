"""users' tools over gRPC."""

import json
from dataclasses import dataclass
from typing import Any

from chassis.grpc_wire import end_with_status, request_id_of
from chassis.logs import request_bound
from contracts.errors import InvalidRequest
from protos.assistants.v1 import tools_pb2, tools_pb2_grpc
from services.assistants.usecases.execute_tool import ExecuteStoredTool


@dataclass(frozen=True, slots=True)
class ToolsServicer(tools_pb2_grpc.ToolsServicer):
    """`protos/assistants/v1/tools.proto`. An RPC whose caller hung up is cancelled, and with it the request."""

    execute: ExecuteStoredTool

    async def Execute(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        with request_bound(request_id_of(context)):
            try:
                done = await self.execute(
                    user_id=request.user_id,
                    tool_id=request.tool_id,
                    arguments=_arguments(request.arguments),
                )
            except Exception as error:
                await end_with_status(context, error)
                raise
            return tools_pb2.ExecuteReply(
                result=json.dumps(done.result),
                status_code=done.status_code,
                elapsed_ms=done.elapsed_ms,
            )


def _arguments(text: str) -> dict[str, Any]:
    try:
        arguments = json.loads(text or "{}")
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        raise InvalidRequest.on("arguments", "Must be a JSON object.")
    return arguments
