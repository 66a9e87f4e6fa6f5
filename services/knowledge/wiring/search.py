"""What the `search` kind is made of."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import async_engine, sync_engine
from services.knowledge.adapters.data_documents import PostgresDataDocuments
from services.knowledge.adapters.data_query.children import Children
from services.knowledge.adapters.data_query.engine import ChildTableEngine
from services.knowledge.adapters.data_query.table_cache import TableCache
from services.knowledge.adapters.models import CohereQueries
from services.knowledge.adapters.passage_index import MilvusPassageIndex
from services.knowledge.adapters.searched_bases import PostgresSearchedBases
from services.knowledge.domain.terms import analysed_text
from services.knowledge.settings import SearchSettings
from services.knowledge.usecases.ask_tables import DescribeTables, QueryTables
from services.knowledge.usecases.search_passages import SearchPassages
from services.knowledge.wiring.object_store import object_store

LEXICAL = "local-"
"""Reranking models of the local server compare words; what they say is weighed, not obeyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the gRPC door may call."""

    engine: AsyncEngine
    probe_engine: Engine
    models: CohereQueries
    index: MilvusPassageIndex
    search_passages: SearchPassages
    describe_tables: DescribeTables
    query_tables: QueryTables

    def check_ready(self) -> None:
        """Raises while the database cannot be reached; called from the probes' thread."""
        with self.probe_engine.connect() as connection:
            connection.exec_driver_sql("select 1")

    async def close(self) -> None:
        """Give every connection back."""
        await self.models.close()
        await self.index.close()
        await self.engine.dispose()


def build(settings: SearchSettings) -> Application:
    """Connects to nothing yet; call it on the event loop."""
    url = settings.knowledge_database_url.get_secret_value()
    engine = async_engine(url, pool_size=settings.database_connections)
    models = CohereQueries(
        url=settings.models_url,
        api_key=settings.models_api_key.get_secret_value(),
        timeout_s=settings.embed_query_timeout_s,
    )
    index = MilvusPassageIndex(
        url=settings.milvus_url,
        token=settings.milvus_token.get_secret_value(),
        layout=settings.milvus_layout,
        index=settings.milvus_index,
        analyse=analysed_text,
        timeout_s=settings.search_timeout_s,
    )
    documents = PostgresDataDocuments(engine=engine)
    tables = _table_engine(settings)
    is_lexical = settings.used_rerank_model.startswith(LEXICAL)
    return Application(
        engine=engine,
        probe_engine=sync_engine(url, pool_size=1),
        models=models,
        index=index,
        search_passages=SearchPassages(
            bases=PostgresSearchedBases(engine=engine, default_model=settings.default_embed_model),
            index=index,
            embedder=models,
            reranker=models,
            objects=object_store(settings),
            rerank_model=settings.used_rerank_model,
            rerank_weight=settings.rerank_weight if is_lexical else None,
            url_lifetime=settings.download_url_lifetime,
        ),
        describe_tables=DescribeTables(documents=documents, engine=tables),
        query_tables=QueryTables(documents=documents, engine=tables, most_rows=settings.query_rows),
    )


def _table_engine(settings: SearchSettings) -> ChildTableEngine:
    return ChildTableEngine(
        cache=TableCache(
            folder=settings.table_cache,
            limit_bytes=settings.table_cache_mb * 1024 * 1024,
            objects=object_store(settings),
        ),
        children=Children(memory_mb=settings.query_memory_mb, timeout_s=settings.query_timeout_s),
        most_bytes=settings.query_reply_bytes,
        at_once=settings.queries_at_once,
    )
