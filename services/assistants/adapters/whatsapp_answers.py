"""Our own chat process over gRPC, for plain threads."""

from dataclasses import dataclass
from uuid import UUID

import grpc

from chassis.grpc_client import OPTIONS, outgoing_metadata, remote_error
from protos.assistants.v1 import chat_pb2, whatsapp_pb2, whatsapp_pb2_grpc
from services.assistants.domain.whatsapp_reply import Line

CAPABILITY = "Chat"


@dataclass(frozen=True, slots=True)
class GrpcWhatsAppAnswers:
    """The port `WhatsAppAnswers`. at_most: messages of one answer."""

    channel: grpc.Channel
    timeout_s: float
    at_most: int

    def ask(
        self, line: Line, text: str, *, conversation_uuid: UUID | None
    ) -> tuple[tuple[str, ...], UUID | None]:
        question = chat_pb2.AnswerRequest(
            user_id=line.user_id,
            assistant_uuid=str(line.assistant_uuid),
            conversation_id=str(conversation_uuid or ""),
            messages=[chat_pb2.Message(role="user", content=text)],
        )
        request = whatsapp_pb2.WhatsAppRequest(question=question, at_most=self.at_most)
        stub = whatsapp_pb2_grpc.WhatsAppStub(self.channel)
        try:
            reply = stub.Answer(request, metadata=outgoing_metadata(), timeout=self.timeout_s)
        except grpc.RpcError as error:
            raise remote_error(error, capability=CAPABILITY) from None
        told = UUID(reply.conversation_id) if reply.conversation_id else None
        return tuple(reply.messages), told


def chat_channel(address: str) -> grpc.Channel:
    """It reconnects within two seconds of the chat's return."""
    return grpc.insecure_channel(address, options=OPTIONS)
