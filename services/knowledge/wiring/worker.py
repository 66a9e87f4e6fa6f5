"""What the `worker` kind is made of."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

from sqlalchemy import Engine

from chassis.database import sync_engine
from chassis.waiting_jobs import RabbitJobs
from services.knowledge.adapters.documents import PostgresUploads
from services.knowledge.adapters.extraction.sandbox import SandboxedExtractor
from services.knowledge.adapters.index_care import PostgresIndexCare
from services.knowledge.adapters.leases import HeartbeatLeases
from services.knowledge.adapters.links import PostgresLinks
from services.knowledge.adapters.models import CohereEmbedder
from services.knowledge.adapters.object_store import S3ObjectStore
from services.knowledge.adapters.page_runs import PostgresPageRuns
from services.knowledge.adapters.process_identity import identity, is_gone
from services.knowledge.adapters.tasks import INDEX_JOB
from services.knowledge.adapters.tokenizer import FileTokenizer
from services.knowledge.adapters.vector_index import MilvusVectorIndex
from services.knowledge.domain.terms import analysed_text
from services.knowledge.settings import WorkerSettings
from services.knowledge.usecases.index_document import IndexDocument
from services.knowledge.usecases.refresh_links import RefreshLinks
from services.knowledge.usecases.sweep import Sweep
from services.knowledge.wiring.linked_pages import linked_pages
from services.knowledge.wiring.object_store import object_store

CONNECTIONS_PER_JOB = 2  # its own, its lease's
OTHER_CONNECTIONS = 3  # the sweeper with its lock, the probe
BEATS_PER_LEASE = 4
TOKENIZER = "models/all-minilm-l6-v2/tokenizer.json"
"""Exact for local-embed. Hosted models keep theirs to themselves; word pieces of the same kind are
close enough to cut by, and the server truncates nothing at 2,048 tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the worker's door may call. stopping: set it to have the running job give up soon."""

    engine: Engine
    index_document: IndexDocument
    sweep: Sweep
    refresh_links: RefreshLinks
    care: PostgresIndexCare
    stopping: Event

    def check_ready(self) -> None:
        """Raises while the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("select 1")


def build(settings: WorkerSettings) -> Application:
    """Connects to nothing yet; needs the tokenizer's file."""
    engine = sync_engine(
        settings.knowledge_database_url.get_secret_value(),
        pool_size=CONNECTIONS_PER_JOB * settings.documents_at_once + OTHER_CONNECTIONS,
    )
    stopping, objects = Event(), object_store(settings)
    vectors = MilvusVectorIndex(
        url=settings.milvus_url,
        token=settings.milvus_token.get_secret_value(),
        layout=settings.milvus_layout,
        index=settings.milvus_index,
        analyse=analysed_text,
    )
    care = PostgresIndexCare(engine)
    return Application(
        engine=engine,
        index_document=_index_document(settings, engine, objects, vectors, stopping),
        sweep=Sweep(
            care=care,
            jobs=RabbitJobs(amqp_url=settings.amqp_url.get_secret_value(), name=INDEX_JOB),
            uploads=PostgresUploads(engine),
            objects=objects,
            vectors=vectors,
            now=lambda: datetime.now(UTC),
            tasks_kept=settings.tasks_kept,
        ),
        refresh_links=RefreshLinks(links=PostgresLinks(engine)),
        care=care,
        stopping=stopping,
    )


def _index_document(
    settings: WorkerSettings,
    engine: Engine,
    objects: S3ObjectStore,
    vectors: MilvusVectorIndex,
    stopping: Event,
) -> IndexDocument:
    runs = PostgresPageRuns(
        engine=engine,
        default_model=settings.default_embed_model,
        lease=timedelta(seconds=settings.lease_s),
        is_gone=is_gone,
    )
    beat_s = settings.lease_s / BEATS_PER_LEASE
    return IndexDocument(
        runs=runs,
        leases=HeartbeatLeases(runs=runs, every_s=beat_s, stopping=stopping),
        objects=objects,
        extractor=SandboxedExtractor(),
        tokenizer=FileTokenizer(settings.weights / TOKENIZER),
        embedder=CohereEmbedder(
            url=settings.models_url,
            api_key=settings.models_api_key.get_secret_value(),
            timeout_s=settings.embed_timeout_s,
        ),
        vectors=vectors,
        pages=linked_pages(settings, runs=runs, objects=objects),
        owner=identity(),
        embed_at_once=settings.embed_at_once,
        extract_timeout_s=settings.extract_timeout_s,
        turn_s=settings.turn_s,
    )
