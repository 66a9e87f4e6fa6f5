"""Composes the worker."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from chassis.database import sync_engine
from chassis.secret_box import secret_box
from services.assistants.adapters.graph_api import HttpGraph, graph_client
from services.assistants.adapters.whatsapp_answers import GrpcWhatsAppAnswers, chat_channel
from services.assistants.adapters.whatsapp_queue import PostgresWhatsAppCare, PostgresWhatsAppQueue
from services.assistants.ports import WhatsAppCare
from services.assistants.settings import WorkerSettings
from services.assistants.usecases.answer_whatsapp import AnswerWhatsApp

CONNECTIONS_PER_JOB = 2  # its lock's, its own
OTHER_CONNECTIONS = 2  # the sweeper, the probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the door of the worker may call."""

    engine: Engine
    answer_whatsapp: AnswerWhatsApp
    care: WhatsAppCare

    def check_ready(self) -> None:
        """Raises while the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("select 1")


def build(settings: WorkerSettings) -> Application:
    """Connects to nothing yet."""
    engine = sync_engine(
        settings.assistants_database_url.get_secret_value(),
        pool_size=CONNECTIONS_PER_JOB * settings.whatsapp_at_once + OTHER_CONNECTIONS,
    )
    return Application(
        engine=engine,
        answer_whatsapp=AnswerWhatsApp(
            queue=PostgresWhatsAppQueue(
                engine, secret_box(settings.secret_keys.get_secret_value())
            ),
            answers=GrpcWhatsAppAnswers(
                chat_channel(settings.chat_address),
                timeout_s=settings.whatsapp_answer_timeout_s,
                at_most=settings.whatsapp_messages_per_answer,
            ),
            graph=HttpGraph(
                graph_client(settings.graph_timeout_s), settings.graph_url, settings.graph_timeout_s
            ),
            now=lambda: datetime.now(UTC),
        ),
        care=PostgresWhatsAppCare(engine),
    )
