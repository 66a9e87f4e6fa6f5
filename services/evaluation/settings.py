"""Everything evaluation can be told from outside, by kind of process."""

from pydantic import Field, SecretStr

from chassis.model_provider import is_cohere
from chassis.settings import BusSettings, ProcessSettings

LOCAL_EMBED_MODEL, COHERE_EMBED_MODEL = "local-embed", "embed-v4.0"
LOCAL_CHAT_MODEL, COHERE_CHAT_MODEL = "local-extractive", "command-a-03-2025"
COHERE_JUDGE_MODEL = "command-a-03-2025"


class DatabaseSettings(ProcessSettings):
    """What every kind reads."""

    evaluation_database_url: SecretStr


class MigrateSettings(DatabaseSettings):
    """The `migrate` kind."""


class RpcSettings(BusSettings, DatabaseSettings):
    """The `rpc` kind. `rpc_timeout_s`, for what others are asked, is shorter than the gateway's."""

    rpc_timeout_s: float = Field(default=6, gt=0, le=120)
    rpc_workers: int = Field(default=10, ge=1, le=50)  # requests at a time, and connections
    models_url: str
    models_api_key: SecretStr = SecretStr("")
    chat_model: str = ""  # of assistants that name none, as assistants reads it
    generation_timeout_s: float = Field(default=45, gt=0, le=60)  # of a model that writes a suite

    @property
    def default_model(self) -> str:
        """The chat model of assistants that name none."""
        hosted_or_local = COHERE_CHAT_MODEL if is_cohere(self.models_url) else LOCAL_CHAT_MODEL
        return self.chat_model or hosted_or_local


class WorkerSettings(BusSettings, DatabaseSettings):
    """The `worker` kind. `models_url` speaks Cohere's v2 API: it embeds, and it judges by rubrics.

    cases_at_once: answers asked for at a time; some more than the model writes at a time keep it busy
    while others are searched for, many more only wait for it, and their latency counts the waiting.
    case_patience_s: how long a part that is away is waited for, from a case's first try on.
    """

    models_url: str
    models_api_key: SecretStr = SecretStr("")
    chat_address: str
    search_address: str
    cases_at_once: int = Field(default=6, ge=1, le=64)
    case_timeout_s: float = Field(default=120, gt=0)  # a whole answer
    case_patience_s: float = Field(default=300, gt=0)
    case_lease_s: float = Field(default=15, ge=2)  # of a worker that was killed
    evaluation_search_timeout_s: float = Field(default=15, gt=0)
    evaluation_embed_timeout_s: float = Field(default=30, gt=0)
    embed_model: str = ""  # empty: the local one, or Cohere's
    judge_model: str = ""  # empty: none locally, Cohere's where models_url is Cohere
    judge_timeout_s: float = Field(default=60, gt=0)
    evaluation_sweep_every_s: float = Field(default=15, gt=0)

    @property
    def threads(self) -> int:
        """Twice as many cases as answers: while a model writes, verdicts are given on what it wrote."""
        return 2 * self.cases_at_once

    @property
    def likeness_model(self) -> str:
        """The embedding model in use."""
        hosted_or_local = COHERE_EMBED_MODEL if is_cohere(self.models_url) else LOCAL_EMBED_MODEL
        return self.embed_model or hosted_or_local

    @property
    def judging_model(self) -> str:
        """Empty where there is none."""
        return self.judge_model or (COHERE_JUDGE_MODEL if is_cohere(self.models_url) else "")
