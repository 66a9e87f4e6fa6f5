"""What the `rpc` kind is made of: PostgreSQL and S3; vectors and gRPC in children only."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Engine

from chassis.database import sync_engine
from chassis.outbox import Relay
from chassis.reach import Reach
from services.knowledge.adapters.chunk_reading.reader import ChildChunkReader
from services.knowledge.adapters.data_tables.reader import SandboxedTables
from services.knowledge.adapters.documents import PostgresDocuments, PostgresUploads
from services.knowledge.adapters.indexed_bases import PostgresIndexedBases
from services.knowledge.adapters.knowledge_bases import PostgresKnowledgeBases
from services.knowledge.adapters.links import PostgresLinks
from services.knowledge.adapters.model_catalogue import ModelCatalogue
from services.knowledge.adapters.tables import outbox
from services.knowledge.adapters.tasks import PostgresTasks
from services.knowledge.adapters.user_removal import PostgresUserRemoval
from services.knowledge.settings import RpcSettings
from services.knowledge.usecases.begin_refresh import PrepareRefresh
from services.knowledge.usecases.begin_upload import PrepareUpload
from services.knowledge.usecases.change_knowledge_base import (
    AlterKnowledgeBase,
    RemoveKnowledgeBase,
)
from services.knowledge.usecases.check_arrival import CheckArrival
from services.knowledge.usecases.complete_refresh import FinishRefresh
from services.knowledge.usecases.complete_upload import FinishDataUpload, FinishUpload
from services.knowledge.usecases.create_knowledge_base import MakeKnowledgeBase
from services.knowledge.usecases.describe_document import DescribeDocument
from services.knowledge.usecases.find_knowledge_base import FindKnowledgeBase, ShowKnowledgeBases
from services.knowledge.usecases.get_task import ReportTask
from services.knowledge.usecases.issue_ticket import IssueTicket
from services.knowledge.usecases.keep_tables import KeepTables
from services.knowledge.usecases.links import ManageLinks
from services.knowledge.usecases.list_documents import ShowDocuments
from services.knowledge.usecases.remove_document import RemoveDocument
from services.knowledge.usecases.remove_user import RemoveUser
from services.knowledge.usecases.sample_passages import DrawPassages
from services.knowledge.usecases.start_indexing import BeginIndexing
from services.knowledge.wiring.object_store import object_store

RELAY_CONNECTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the RPC door may call."""

    engine: Engine
    relay: Relay
    create_knowledge_base: MakeKnowledgeBase
    list_knowledge_bases: ShowKnowledgeBases
    get_knowledge_base: FindKnowledgeBase
    update_knowledge_base: AlterKnowledgeBase
    delete_knowledge_base: RemoveKnowledgeBase
    begin_upload: PrepareUpload
    complete_upload: FinishUpload
    complete_data_upload: FinishDataUpload
    begin_refresh: PrepareRefresh
    complete_refresh: FinishRefresh
    delete_document: RemoveDocument
    list_documents: ShowDocuments
    links: ManageLinks
    start_indexing: BeginIndexing
    get_task: ReportTask
    sample_passages: DrawPassages
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
    documents = PostgresDocuments(engine)
    models = ModelCatalogue(
        url=settings.models_url, api_key=settings.models_api_key.get_secret_value()
    )
    issue = IssueTicket(
        uploads=uploads,
        objects=objects,
        limit_bytes=settings.upload_limit_bytes,
        lifetime=settings.upload_lifetime,
        new_id=uuid4,
        now=_now,
    )
    check = CheckArrival(uploads=uploads, objects=objects, now=_now)
    keep_tables = KeepTables(
        check=check,
        uploads=uploads,
        objects=objects,
        reader=SandboxedTables(timeout_s=settings.table_timeout_s, at_once=settings.tables_at_once),
    )
    describe = DescribeDocument(objects=objects, url_lifetime=settings.download_url_lifetime)
    return Application(
        engine=engine,
        relay=Relay(engine, outbox),
        create_knowledge_base=MakeKnowledgeBase(
            bases=bases,
            models=models,
            default_model=model,
        ),
        list_knowledge_bases=ShowKnowledgeBases(bases=bases),
        get_knowledge_base=find_base,
        update_knowledge_base=AlterKnowledgeBase(bases=bases, models=models, default_model=model),
        delete_knowledge_base=RemoveKnowledgeBase(bases=bases),
        begin_upload=PrepareUpload(find_base=find_base, issue=issue),
        complete_upload=FinishUpload(check=check, uploads=uploads, describe=describe),
        complete_data_upload=FinishDataUpload(
            check=check, keep_tables=keep_tables, uploads=uploads, describe=describe
        ),
        begin_refresh=PrepareRefresh(find_base=find_base, documents=documents, issue=issue),
        complete_refresh=FinishRefresh(
            check=check, keep_tables=keep_tables, tasks=tasks, describe=describe, new_id=uuid4
        ),
        delete_document=RemoveDocument(documents=documents),
        list_documents=ShowDocuments(find_base=find_base, documents=documents, describe=describe),
        links=ManageLinks(
            find_base=find_base,
            links=PostgresLinks(engine),
            reach=Reach.allowing(settings.fetch_allow),
            new_id=uuid4,
        ),
        start_indexing=BeginIndexing(tasks=tasks, new_id=uuid4),
        get_task=ReportTask(tasks=tasks),
        sample_passages=DrawPassages(
            bases=PostgresIndexedBases(engine=engine),
            chunks=ChildChunkReader(
                url=settings.milvus_url,
                token=settings.milvus_token.get_secret_value(),
                layout=settings.milvus_layout,
                timeout_s=settings.sample_timeout_s,
            ),
        ),
        remove_user=RemoveUser(removal=PostgresUserRemoval(engine)),
    )


def _now() -> datetime:
    return datetime.now(UTC)
