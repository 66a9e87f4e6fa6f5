"""The assistant asked over gRPC, in threads: `Chat.Answer` with a run's configuration."""

import json
import time
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any

import grpc

from chassis.grpc_client import outgoing_metadata, remote_error
from contracts.errors import Throttled, Unavailable
from contracts.rpc.evaluation import Snapshot, SourcePassage
from protos.assistants.v1 import chat_pb2, chat_pb2_grpc
from services.evaluation.domain.asked import Asked, Undecided
from services.evaluation.domain.run import Withdrawn
from services.evaluation.ports import KeptClaim

CAPABILITY = "Chat"
HANGS_S = 20
"""Chat that says only after so long that a part is away has a model that hangs: another try would hang as
long, and a run must end."""


@dataclass(slots=True)
class _Heard:
    """An answer as far as it has come."""

    text: list[str] = field(default_factory=list)
    citations: dict[tuple[int, int], SourcePassage] = field(default_factory=dict)
    tools: list[str] = field(default_factory=list)
    error: str = ""
    done: Any = None

    def take(self, event: Any) -> None:
        kind = event.WhichOneof("event")
        if kind == "token":
            self.text.append(event.token.content)
        elif kind == "thinking" and event.thinking.tool:
            self.tools.append(event.thinking.tool)
        elif kind == "citations":
            for each in event.citations.citations:
                self.citations.setdefault((each.document_id, each.chunk), _passage(each))
        elif kind == "error":
            self.error = event.error.content
        elif kind == "done":
            self.done = event.done


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAssistant:
    """The port `AskedAssistant`. timeout_s: for a whole answer. turns: how many are asked for at a time.

    There are more threads than turns: while some wait for the model, others give verdicts.
    """

    channel: grpc.Channel
    timeout_s: float
    turns: BoundedSemaphore

    def ask(
        self, *, user_id: int, snapshot: Snapshot, question: str, kept: KeptClaim
    ) -> Asked | Undecided:
        request = chat_pb2.AnswerRequest(
            user_id=user_id,
            assistant_uuid=str(snapshot.configuration["assistant_uuid"]),
            messages=[chat_pb2.Message(role="user", content=question)],
            configuration=json.dumps(snapshot.configuration),
            is_rehearsal=True,
        )
        stub, heard = chat_pb2_grpc.ChatStub(self.channel), _Heard()
        with self.turns:
            began = time.perf_counter()
            try:
                told = stub.Answer(request, timeout=self.timeout_s, metadata=outgoing_metadata())
                kept.when_withdrawn(told.cancel)
                for event in told:
                    heard.take(event)
            except grpc.RpcError as error:
                return self._unheard(error, took_s=time.perf_counter() - began)
            took_ms = (time.perf_counter() - began) * 1000
        if heard.error or heard.done is None or heard.done.finish_reason == "error":
            return Undecided(heard.error or "The answer broke off.")
        return Asked(
            text="".join(heard.text),
            citations=tuple(heard.citations.values()),
            tools=tuple(heard.tools),
            latency_ms=round(took_ms, 1),
            input_tokens=heard.done.input_tokens,
            output_tokens=heard.done.output_tokens,
        )

    def _unheard(self, error: Any, *, took_s: float) -> Undecided:
        """Raises Unavailable where the answer may come another time, Withdrawn where we hung up."""
        if error.code() is grpc.StatusCode.CANCELLED:
            raise Withdrawn from error
        if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
            return Undecided(f"The assistant did not answer within {self.timeout_s:g} seconds.")
        told = remote_error(error, capability=CAPABILITY)
        if isinstance(told, Unavailable | Throttled) and took_s < HANGS_S:
            raise Unavailable(told.detail) from error
        return Undecided(told.detail)


def _passage(citation: Any) -> SourcePassage:
    return SourcePassage(
        document_id=citation.document_id,
        document_name=citation.document_name[:255],
        chunk=citation.chunk,
        text=citation.text.replace("\x00", "")[:20_000],
    )
