"""Composes the worker process."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore, Event
from uuid import uuid4

import grpc
from sqlalchemy import Engine

from chassis.database import sync_engine
from chassis.grpc_client import OPTIONS
from chassis.waiting_jobs import RabbitJobs
from services.evaluation.adapters.assistant_chat import ChatAssistant
from services.evaluation.adapters.case_desk import PostgresCaseDesk
from services.evaluation.adapters.leases import KeptLeases
from services.evaluation.adapters.models import CohereJudge, CohereVectors, NoJudge, cohere_client
from services.evaluation.adapters.passage_search import SearchRetrieval
from services.evaluation.adapters.run_care import PostgresRunCare
from services.evaluation.adapters.run_jobs import CASE_JOB
from services.evaluation.ports import Judge
from services.evaluation.settings import WorkerSettings
from services.evaluation.usecases.run_case import RunCase
from services.evaluation.usecases.sweep import Sweep

OTHER_CONNECTIONS = 4  # the leases', the sweeper's with its lock, the probe's
BEATS_PER_LEASE = 4
LONGEST_BEAT_S = 1  # so long a cancelled run's answers go on
JUDGE_PROMPT = Path(__file__).parents[1] / "prompts" / "judge.v1.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the worker's door may call. stopping: set when the process is told to end."""

    engine: Engine
    run_case: RunCase
    sweep: Sweep
    care: PostgresRunCare
    leases: KeptLeases
    stopping: Event

    def check_ready(self) -> None:
        """Raises while the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("select 1")


def build(settings: WorkerSettings) -> Application:
    """Connects to nothing yet."""
    engine = sync_engine(
        settings.evaluation_database_url.get_secret_value(),
        pool_size=settings.threads + OTHER_CONNECTIONS,
    )
    stopping = Event()
    desk = PostgresCaseDesk(
        engine=engine, owner=uuid4(), lease=timedelta(seconds=settings.case_lease_s)
    )
    beat_s = min(settings.case_lease_s / BEATS_PER_LEASE, LONGEST_BEAT_S)
    leases, care = (
        KeptLeases(desk, every_s=beat_s, stopping=stopping),
        PostgresRunCare(engine),
    )
    return Application(
        engine=engine,
        run_case=_run_case(settings, desk, leases),
        sweep=Sweep(
            care=care,
            jobs=RabbitJobs(amqp_url=settings.amqp_url.get_secret_value(), name=CASE_JOB),
        ),
        care=care,
        leases=leases,
        stopping=stopping,
    )


def _run_case(settings: WorkerSettings, desk: PostgresCaseDesk, leases: KeptLeases) -> RunCase:
    api_key = settings.models_api_key.get_secret_value()
    embedding = cohere_client(
        settings.models_url, api_key=api_key, timeout_s=settings.evaluation_embed_timeout_s
    )
    return RunCase(
        desk=desk,
        leases=leases,
        assistant=ChatAssistant(
            channel=grpc.insecure_channel(settings.chat_address, options=OPTIONS),
            timeout_s=settings.case_timeout_s,
            turns=BoundedSemaphore(settings.cases_at_once),
        ),
        retrieval=SearchRetrieval(
            channel=grpc.insecure_channel(settings.search_address, options=OPTIONS),
            timeout_s=settings.evaluation_search_timeout_s,
        ),
        embedder=CohereVectors(client=embedding, model=settings.likeness_model),
        judge=_judge(settings, api_key),
        patience_s=settings.case_patience_s,
        now=lambda: datetime.now(UTC),
    )


def _judge(settings: WorkerSettings, api_key: str) -> Judge:
    if not settings.judging_model:
        return NoJudge()
    return CohereJudge(
        client=cohere_client(
            settings.models_url, api_key=api_key, timeout_s=settings.judge_timeout_s
        ),
        model=settings.judging_model,
        prompt=JUDGE_PROMPT.read_text(encoding="utf-8").strip(),
    )
