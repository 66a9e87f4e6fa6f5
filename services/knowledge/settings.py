"""Everything knowledge can be told from outside, by kind of process."""

from datetime import timedelta
from os import getuid
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from chassis.model_provider import is_cohere
from chassis.settings import BusSettings, ProcessSettings

LOCAL_EMBED_MODEL, COHERE_EMBED_MODEL = "local-embed", "embed-v4.0"
LOCAL_RERANK_MODEL, COHERE_RERANK_MODEL = "local-rerank", "rerank-v3.5"
_REPOSITORY = Path(__file__).resolve().parents[2]


class DatabaseSettings(ProcessSettings):
    """What every kind reads."""

    knowledge_database_url: SecretStr


class ObjectStoreSettings(ProcessSettings):
    """S3, or what speaks like it. `s3_public_url`: where browsers reach it, when elsewhere."""

    s3_endpoint_url: str | None = None  # none: AWS's own
    s3_public_url: str | None = None
    s3_access_key: SecretStr
    s3_secret_key: SecretStr
    s3_bucket: str
    s3_region: str = "us-east-1"
    download_url_lifetime: timedelta = timedelta(hours=1)


class ModelSettings(ProcessSettings):
    """Who speaks Cohere's v2 API, and by which key. A key and a URL are enough to switch to Cohere."""

    models_url: str
    models_api_key: SecretStr = SecretStr("")
    embed_model: str = ""  # of knowledge bases that name none; empty: the local one, or Cohere's

    @property
    def default_embed_model(self) -> str:
        """The model that `embed_model` comes to."""
        local_or_hosted = COHERE_EMBED_MODEL if is_cohere(self.models_url) else LOCAL_EMBED_MODEL
        return self.embed_model or local_or_hosted


class VectorSettings(ProcessSettings):
    """Milvus: Lite behind its server, standalone, or a cluster."""

    milvus_url: str
    milvus_token: SecretStr = SecretStr("")
    milvus_layout: Literal["collection_per_knowledge_base", "partition_key"] = (
        "collection_per_knowledge_base"
    )
    milvus_index: Literal["FLAT", "HNSW"] = "FLAT"


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


class FetchSettings(ProcessSettings):
    """What links may lead to besides the public internet: networks and host names, comma-separated."""

    fetch_allow: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = ()


class CrawlSettings(FetchSettings):
    """How links are fetched and followed. `fetch_agent` is the name that robots.txt may call us by."""

    fetch_agent: str = "ParlanceBot"
    fetch_timeout_s: float = Field(default=20, gt=0)  # of one page, with its redirects
    fetch_limit_bytes: int = Field(default=20 * 1024 * 1024, ge=1)
    grab_depth: int = Field(default=3, ge=0, le=20)
    grab_pages: int = Field(default=100, ge=1, le=10_000)  # of one link
    grab_delay_s: float = Field(default=0.5, ge=0)  # between two pages of a link


class MigrateSettings(ProcessSettings):
    """The `migrate` kind."""

    knowledge_database_url: SecretStr


class RpcSettings(
    BusSettings,
    DatabaseSettings,
    ObjectStoreSettings,
    ModelSettings,
    VectorSettings,
    FetchSettings,
):
    """The `rpc` kind. It asks for vectors by a child process only."""

    rpc_workers: int = Field(default=10, ge=1, le=50)  # requests at a time, and connections
    upload_limit_bytes: int = Field(default=100 * 1024 * 1024, ge=1)
    upload_lifetime: timedelta = timedelta(minutes=15)
    table_timeout_s: float = Field(default=45, gt=0)  # to read the tables of one data Excel
    tables_at_once: int = Field(default=2, ge=1, le=16)  # readers, up to 2 GB of memory each
    sample_timeout_s: float = Field(default=12, gt=0)  # to read passages from all over a base


class WorkerSettings(
    BusSettings,
    DatabaseSettings,
    ObjectStoreSettings,
    ModelSettings,
    VectorSettings,
    CrawlSettings,
):
    """The `worker` kind. `weights`: where the local models' tokenizers lie."""

    weights: Path = _REPOSITORY / ".weights"
    documents_at_once: int = Field(default=2, ge=1, le=8)  # one is read while another is embedded
    embed_timeout_s: float = Field(default=120, gt=0)  # of one batch of 96 chunks
    embed_at_once: int = Field(default=2, ge=1, le=16)  # batches under way
    extract_timeout_s: float = Field(default=120, gt=0)
    turn_s: float = Field(default=30, gt=0)  # of embedding, before a document makes way for others
    tasks_kept: timedelta = Field(default=timedelta(days=30), gt=timedelta(0))  # after their end
    lease_s: float = Field(default=20, ge=2)  # a worker silent for so long is taken for dead
    sweep_every_s: float = Field(default=15, ge=0.5)


class SearchSettings(DatabaseSettings, ObjectStoreSettings, ModelSettings, VectorSettings):
    """The `search` kind. `rerank_model` "none" turns reranking off everywhere."""

    search_address: str
    rerank_model: str = ""  # empty: the local one, or Cohere's
    rerank_weight: float = Field(default=0.15, ge=0, le=10)  # of a lexical one (decision 12)
    embed_query_timeout_s: float = Field(default=8, gt=0)
    search_timeout_s: float = Field(default=10, gt=0)  # of one call to Milvus
    database_connections: int = Field(default=8, ge=1, le=50)
    table_cache: Path = Path(gettempdir()) / f"parlance-tables-{getuid()}"
    table_cache_mb: int = Field(default=2_048, ge=1)
    query_timeout_s: float = Field(default=10, gt=0)  # of one query of data tables
    query_memory_mb: int = Field(default=256, ge=64)
    query_rows: int = Field(default=10_000, ge=1)
    query_reply_bytes: int = Field(default=1_000_000, ge=10_000)  # of its rows
    queries_at_once: int = Field(default=2, ge=1, le=16)

    @property
    def used_rerank_model(self) -> str:
        """The model that `rerank_model` comes to; empty for none."""
        if self.rerank_model == "none":
            return ""
        local_or_hosted = COHERE_RERANK_MODEL if is_cohere(self.models_url) else LOCAL_RERANK_MODEL
        return self.rerank_model or local_or_hosted
