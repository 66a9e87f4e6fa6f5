"""assistants' whole answers over gRPC."""

from uuid import UUID

from grpc import aio

from chassis.grpc_client import outgoing_metadata, remote_error
from protos.assistants.v1 import chat_pb2, whatsapp_pb2, whatsapp_pb2_grpc
from services.gateway.adapters.chat import CAPABILITY


class GrpcWholeAnswers:
    """The port `WholeAnswers`; an answer may take `timeout_s`."""

    def __init__(self, channel: aio.Channel, *, timeout_s: float) -> None:
        self._stub = whatsapp_pb2_grpc.WhatsAppStub(channel)
        self._timeout_s = timeout_s

    async def for_whatsapp(
        self, *, user_id: int, assistant_uuid: UUID, messages: list[tuple[str, str]]
    ) -> str:
        question = chat_pb2.AnswerRequest(
            user_id=user_id,
            assistant_uuid=str(assistant_uuid),
            messages=[chat_pb2.Message(role=role, content=text) for role, text in messages],
        )
        call = self._stub.Answer(
            whatsapp_pb2.WhatsAppRequest(question=question, at_most=1),
            metadata=outgoing_metadata(),
            timeout=self._timeout_s,
        )
        try:
            reply = await call
        except aio.AioRpcError as error:
            raise remote_error(error, capability=CAPABILITY) from None
        return str(reply.messages[0])
