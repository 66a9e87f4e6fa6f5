"""What the `rpc` kind is made of: PostgreSQL and S3, no vectors and no gRPC."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Engine

from chassis.database import sync_engine
from chassis.outbox import Relay
from chassis.reach import Reach
from services.knowledge.adapters.documents import PostgresDocuments, PostgresUploads
from services.knowledge.adapters.knowledge_bases import PostgresKnowledgeBases
from services.knowledge.adapters.links import PostgresLinks
from services.knowledge.adapters.model_catalogue import ModelCatalogue
from services.knowledge.adapters.tables import outbox
from services.knowledge.adapters.tasks import PostgresTasks
from services.knowledge.adapters.user_removal import PostgresUserRemoval
from services.knowledge.settings import RpcSettings
from services.knowledge.usecases.begin_upload import PrepareUpload
from services.knowledge.usecases.complete_upload import FinishUpload
from services.knowledge.usecases.create_knowledge_base import MakeKnowledgeBase
from services.knowledge.usecases.describe_document import DescribeDocument
from services.knowledge.usecases.find_knowledge_base import FindKnowledgeBase, ListKnowledgeBases
from services.knowledge.usecases.get_task import ReportTask
from services.knowledge.usecases.links import ManageLinks
from services.knowledge.usecases.list_documents import ShowDocuments
from services.knowledge.usecases.remove_user import RemoveUser
from services.knowledge.usecases.start_indexing import BeginIndexing
from services.knowledge.wiring.object_store import object_store

RELAY_CONNECTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the RPC door may call."""

    engine: Engine
    relay: Relay
    create_knowledge_base: MakeKnowledgeBase
    list_knowledge_bases: ListKnowledgeBases
    get_knowledge_base: FindKnowledgeBase
    begin_upload: PrepareUpload
    complete_upload: FinishUpload
    list_documents: ShowDocuments
    links: ManageLinks
    start_indexing: BeginIndexing
    get_task: ReportTask
    remove_user: RemoveUser

    def check_ready(self) -> None:
        """Raises while the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("select 1")


def build(settings: RpcSettings) -> Application:
    """Connects to nothing yet. Two service classes share the pool, hence twice the workers."""
    engine = sync_engine(
        settings.knowledge_database_url.get_secret_value(),
        pool_size=2 * settings.rpc_workers + RELAY_CONNECTIONS,
    )
    objects, model = object_store(settings), settings.default_embed_model
    uploads = PostgresUploads(engine)
    bases = PostgresKnowledgeBases(engine=engine, default_model=model)
    tasks = PostgresTasks(engine=engine, default_model=model)
    find_base = FindKnowledgeBase(bases=bases)
    describe = DescribeDocument(objects=objects, url_lifetime=settings.download_url_lifetime)
    return Application(
        engine=engine,
        relay=Relay(engine, outbox),
        create_knowledge_base=MakeKnowledgeBase(
            bases=bases,
            models=ModelCatalogue(
                url=settings.models_url, api_key=settings.models_api_key.get_secret_value()
            ),
            default_model=model,
            new_id=uuid4,
        ),
        list_knowledge_bases=ListKnowledgeBases(bases=bases),
        get_knowledge_base=find_base,
        begin_upload=PrepareUpload(
            find_base=find_base,
            uploads=uploads,
            objects=objects,
            limit_bytes=settings.upload_limit_bytes,
            lifetime=settings.upload_lifetime,
            new_id=uuid4,
            now=_now,
        ),
        complete_upload=FinishUpload(uploads=uploads, objects=objects, describe=describe, now=_now),
        list_documents=ShowDocuments(
            find_base=find_base, documents=PostgresDocuments(engine), describe=describe
        ),
        links=ManageLinks(
            find_base=find_base,
            links=PostgresLinks(engine),
            reach=Reach.allowing(settings.fetch_allow),
            new_id=uuid4,
        ),
        start_indexing=BeginIndexing(tasks=tasks, new_id=uuid4),
        get_task=ReportTask(tasks=tasks),
        remove_user=RemoveUser(removal=PostgresUserRemoval(engine)),
    )


def _now() -> datetime:
    return datetime.now(UTC)
