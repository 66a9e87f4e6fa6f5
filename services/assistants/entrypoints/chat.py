"""chat over gRPC."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import structlog

from chassis.door_errors import as_service_error
from chassis.grpc_wire import end_with_status, request_id_of, serve_grpc
from chassis.logs import configure_logs, request_bound
from chassis.probes import serve_probes
from contracts.errors import ServiceError
from protos.assistants.v1 import chat_pb2_grpc, tools_pb2_grpc, whatsapp_pb2_grpc
from services.assistants.adapters.cohere_events import silence_content
from services.assistants.domain.answer import Done, Failed
from services.assistants.entrypoints.answer_course import Course
from services.assistants.entrypoints.chat_wire import encoded
from services.assistants.entrypoints.question import question_of
from services.assistants.entrypoints.tools import ToolsServicer
from services.assistants.entrypoints.whatsapp_answers import WhatsAppServicer
from services.assistants.settings import ChatSettings
from services.assistants.usecases.answer_question import AnswerQuestion
from services.assistants.wiring.chat import build

log = structlog.get_logger(__name__)
READY_WITHIN_S = 3


@dataclass(frozen=True, slots=True)
class ChatServicer(chat_pb2_grpc.ChatServicer):
    """`protos/assistants/v1/chat.proto`. An RPC whose caller hung up is cancelled, and with it the answer."""

    answer_question: AnswerQuestion

    async def Answer(self, request: Any, context: Any) -> None:  # noqa: N802 - gRPC's name
        with request_bound(request_id_of(context)), Course() as course:
            try:
                async with aclosing(self.answer_question(question_of(request))) as events:
                    async for event in events:
                        course.take(event)
                        await context.write(encoded(event))
            except Exception as error:  # noqa: BLE001 - a door tells every error
                told = as_service_error(error)
                course.outcome = type(told).__name__
                if not course.has_begun:
                    await end_with_status(context, told)
                for event in _ending(told):
                    await context.write(encoded(event))


def _ending(told: ServiceError) -> tuple[Failed, Done]:
    return Failed(told.detail), Done(
        finish_reason="error", input_tokens=0, output_tokens=0, conversation_uuid=None, model=""
    )


async def serve(settings: ChatSettings) -> None:
    """Until SIGTERM or SIGINT."""
    configure_logs(process="assistants-chat", level=settings.log_level)
    silence_content()
    application = build(settings)
    await application.warm_up()
    loop = asyncio.get_running_loop()

    def ready() -> None:  # in the probes' thread
        checked = asyncio.run_coroutine_threadsafe(application.check_ready(), loop)
        checked.result(READY_WITHIN_S)

    def register(server: Any) -> None:
        chat_pb2_grpc.add_ChatServicer_to_server(ChatServicer(application.answer_question), server)
        tools = ToolsServicer(application.execute_user_tool)
        tools_pb2_grpc.add_ToolsServicer_to_server(tools, server)
        whole = WhatsAppServicer(application.answer_for_whatsapp)
        whatsapp_pb2_grpc.add_WhatsAppServicer_to_server(whole, server)

    await serve_grpc(
        address=settings.chat_address,
        register=register,
        on_ready=lambda: serve_probes(
            host=settings.probe_host, port=settings.probe_port, ready=ready
        ),
        on_stop=application.close,
    )
