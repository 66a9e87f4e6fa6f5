"""assistants' gRPC stream as the lines of endpoint 1."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import grpc
import structlog
from grpc import aio

from chassis.grpc_client import outgoing_metadata, remote_error
from protos.assistants.v1 import chat_pb2, chat_pb2_grpc
from services.gateway.ports import ChatLine

log = structlog.get_logger(__name__)
CAPABILITY = "Chat"
INTERRUPTED = "The answer was interrupted. Please try again."


class ChatStream:
    """The port `Chat`; a whole answer may take `timeout_s`."""

    def __init__(self, channel: aio.Channel, *, timeout_s: float) -> None:
        self._channel = channel
        self._stub = chat_pb2_grpc.ChatStub(channel)
        self._timeout_s = timeout_s

    @property
    def is_connected(self) -> bool:
        """Whether assistants' chat was reachable last time; connects when nobody has tried."""
        state = self._channel.get_state(try_to_connect=True)
        return bool(state is grpc.ChannelConnectivity.READY)

    async def answer(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID | None,
        conversation_id: UUID | None,
        messages: list[tuple[str, str]],
    ) -> AsyncIterator[ChatLine]:
        request = chat_pb2.AnswerRequest(
            user_id=user_id,
            assistant_uuid=str(assistant_uuid or ""),
            conversation_id=str(conversation_id or ""),
            messages=[chat_pb2.Message(role=role, content=text) for role, text in messages],
        )
        call = self._stub.Answer(request, metadata=outgoing_metadata(), timeout=self._timeout_s)
        line: ChatLine = {}
        try:
            async for event in call:
                line = as_line(event)
                yield line
        except aio.AioRpcError as error:
            failure = remote_error(error, capability=CAPABILITY)
            if not line:
                raise failure from None
        finally:
            call.cancel()
        if line.get("type") != "done":
            log.warning("chat_interrupted")
            yield {"type": "error", "content": INTERRUPTED}
            yield {"type": "done", "usage": {}, "finish_reason": "error"}


def as_line(event: Any) -> ChatLine:
    """An AnswerEvent as the contract writes it; what is unset is null."""
    kind = event.WhichOneof("event")
    line: ChatLine = _LINES[kind](getattr(event, kind))
    return line


def _citations(event: Any) -> ChatLine:
    return {"type": "citations", "data": [_citation(each) for each in event.citations]}


def _citation(citation: Any) -> dict[str, Any]:
    return {
        "document_id": citation.document_id,
        "document_name": citation.document_name,
        "kind": citation.kind,
        "url": citation.url or None,
        "page": citation.page if citation.HasField("page") else None,
        "heading": citation.heading or None,
        "chunk": citation.chunk,
        "text": citation.text,
        "score": citation.score,
        "start": citation.start if citation.HasField("start") else None,
        "end": citation.end if citation.HasField("end") else None,
    }


def _thinking(event: Any) -> ChatLine:
    line: ChatLine = {"type": "thinking", "description": event.description}
    return {**line, "tool": event.tool} if event.tool else line


def _table(event: Any) -> ChatLine:
    data = {
        "title": event.title,
        "columns": list(event.columns),
        "rows": json.loads(event.rows),
        "total_rows": event.total_rows,
        "sql": event.sql,
        "sources": list(event.sources),
    }
    return {"type": "table_data", "data": data}


def _graph(event: Any) -> ChatLine:
    data = {
        "x_label": event.x_label,
        "y_label": event.y_label,
        "x_coordinates": list(event.x_coordinates),
        "y_coordinates": list(event.y_coordinates),
        "kind": event.kind,
        "title": event.title,
    }
    return {"type": "graph_data", "data": data}


def _done(event: Any) -> ChatLine:
    return {
        "type": "done",
        "usage": {"input_tokens": event.input_tokens, "output_tokens": event.output_tokens},
        "finish_reason": event.finish_reason,
        "conversation_id": event.conversation_id or None,
        "message_id": event.message_id or None,
        "model": event.model,
    }


_LINES: dict[str, Any] = {
    "token": lambda event: {"type": "token", "content": event.content},
    "thinking": _thinking,
    "citations": _citations,
    "table_data": _table,
    "graph_data": _graph,
    "error": lambda event: {"type": "error", "content": event.content},
    "done": _done,
}
