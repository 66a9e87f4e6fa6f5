"""Composes the nameko process."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from chassis.database import sync_engine
from chassis.outbox import Relay
from chassis.user_rows import UserRows
from services.evaluation.adapters.models import cohere_client
from services.evaluation.adapters.question_writer import CohereQuestionWriter
from services.evaluation.adapters.run_store import PostgresRuns
from services.evaluation.adapters.suite_store import PostgresSuites
from services.evaluation.adapters.tables import inbox, metadata, outbox
from services.evaluation.settings import RpcSettings
from services.evaluation.usecases.cancel_run import CancelRun
from services.evaluation.usecases.compare_runs import CompareTestRuns
from services.evaluation.usecases.find_suite import DeleteSuite, FindSuite
from services.evaluation.usecases.generate_suite import MakeSuite
from services.evaluation.usecases.remove_user import RemoveUser
from services.evaluation.usecases.show_runs import ListTestRuns, ShowResults
from services.evaluation.usecases.start_run import StartTestRun
from services.evaluation.usecases.update_suite import ReplaceCases

RELAY_CONNECTIONS = 2
QUESTION_PROMPT = Path(__file__).parents[1] / "prompts" / "question.v1.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the doors of the rpc process may call."""

    engine: Engine
    relay: Relay
    find_suite: FindSuite
    generate_suite: MakeSuite
    update_suite: ReplaceCases
    delete_suite: DeleteSuite
    start_run: StartTestRun
    show_results: ShowResults
    list_runs: ListTestRuns
    cancel_run: CancelRun
    compare_runs: CompareTestRuns
    remove_user: RemoveUser

    def check_ready(self) -> None:
        """Raises while the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("select 1")


def build(settings: RpcSettings) -> Application:
    """Connects to nothing yet. Two service classes share the pool, hence twice the workers."""
    engine = sync_engine(
        settings.evaluation_database_url.get_secret_value(),
        pool_size=2 * settings.rpc_workers + RELAY_CONNECTIONS,
    )
    suites, runs = PostgresSuites(engine), PostgresRuns(engine)
    return Application(
        engine=engine,
        relay=Relay(engine, outbox),
        find_suite=FindSuite(suites=suites),
        generate_suite=_generation(settings, suites),
        update_suite=ReplaceCases(suites=suites),
        delete_suite=DeleteSuite(suites=suites),
        start_run=StartTestRun(runs=runs),
        show_results=ShowResults(runs=runs),
        list_runs=ListTestRuns(runs=runs),
        cancel_run=CancelRun(runs=runs),
        compare_runs=CompareTestRuns(runs=runs),
        remove_user=RemoveUser(removal=UserRows(engine, metadata, inbox)),
    )


def _generation(settings: RpcSettings, suites: PostgresSuites) -> MakeSuite:
    client = cohere_client(
        settings.models_url,
        api_key=settings.models_api_key.get_secret_value(),
        timeout_s=settings.generation_timeout_s,
    )
    writer = CohereQuestionWriter(
        client=client, prompt=QUESTION_PROMPT.read_text(), budget_s=settings.generation_timeout_s
    )
    return MakeSuite(suites=suites, writer=writer, default_model=settings.default_model)
