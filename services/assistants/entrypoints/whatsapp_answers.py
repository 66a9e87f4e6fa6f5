"""whole answers over gRPC, in the chat process."""

from dataclasses import dataclass
from typing import Any

from chassis.grpc_wire import end_with_status, request_id_of
from chassis.logs import request_bound
from protos.assistants.v1 import whatsapp_pb2, whatsapp_pb2_grpc
from services.assistants.entrypoints.question import question_of
from services.assistants.usecases.answer_for_whatsapp import AnswerForWhatsApp


@dataclass(frozen=True, slots=True)
class WhatsAppServicer(whatsapp_pb2_grpc.WhatsAppServicer):
    """`protos/assistants/v1/whatsapp.proto`."""

    answer_for_whatsapp: AnswerForWhatsApp

    async def Answer(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        with request_bound(request_id_of(context)):
            try:
                messages, done = await self.answer_for_whatsapp(
                    question_of(request.question), at_most=request.at_most
                )
            except Exception as error:  # noqa: BLE001 - a door tells every error
                await end_with_status(context, error)
            return whatsapp_pb2.WhatsAppReply(
                messages=messages,
                conversation_id=str(done.conversation_uuid or ""),
                message_id=done.message_id,
            )
