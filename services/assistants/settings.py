"""Everything assistants can be told from outside."""

from datetime import timedelta
from typing import Self

from pydantic import Field, SecretStr, model_validator

from chassis.model_provider import is_cohere
from chassis.reach import Reach
from chassis.settings import BusSettings, ProcessSettings

COHERE_CHAT_MODEL = "command-a-03-2025"
LOCAL_CHAT_MODEL = "local-extractive"


class DatabaseSettings(ProcessSettings):
    """What a migration needs."""

    assistants_database_url: SecretStr


class SecretSettings(ProcessSettings):
    """`secret_keys`: comma-separated Fernet keys, newest first; they encrypt what users entrust."""

    secret_keys: SecretStr


class RotationSettings(DatabaseSettings, SecretSettings):
    """What a rotation of the secret keys needs."""


class ToolSettings(ProcessSettings):
    """`tool_allow`: where tools may lead to although it is not public, as 10.1.0.0/16, crm.corp:8443."""

    tool_allow: str = ""

    @property
    def tool_reach(self) -> Reach:
        """Raises ValueError."""
        return Reach.allowing(self.tool_allow.split(","))

    @model_validator(mode="after")
    def _readable(self) -> Self:
        _ = self.tool_reach
        return self


class ModelChoice(ProcessSettings):
    """`models_url` speaks Cohere's v2 API; `chat_model` is for assistants that name none."""

    models_url: str
    chat_model: str = ""  # empty: the local default, or Cohere's where models_url is Cohere

    @property
    def default_model(self) -> str:
        """A key and a URL are enough to switch to Cohere."""
        if self.chat_model:
            return self.chat_model
        return COHERE_CHAT_MODEL if is_cohere(self.models_url) else LOCAL_CHAT_MODEL


class RpcSettings(BusSettings, DatabaseSettings, SecretSettings, ToolSettings, ModelChoice):
    """`rpc_timeout_s` is shorter than the gateway's, which waits for calls that wait for knowledge."""

    rpc_timeout_s: float = Field(default=6, gt=0, le=120)
    rpc_workers: int = Field(default=10, ge=1, le=50)  # requests at a time, and connections
    whatsapp_per_minute: int = Field(default=20, ge=1)  # messages of one sender that are answered
    tools_per_user: int = Field(default=200, ge=1)


class WorkerSettings(BusSettings, DatabaseSettings, SecretSettings):
    """`graph_url`: Meta's Graph API, with the version. A sender's messages are answered in order."""

    chat_address: str
    graph_url: str = "https://graph.facebook.com/v23.0"
    graph_timeout_s: float = Field(default=10, gt=0)
    whatsapp_at_once: int = Field(default=4, ge=1, le=50)  # senders
    whatsapp_answer_timeout_s: float = Field(default=120, gt=0)
    whatsapp_messages_per_answer: int = Field(default=3, ge=1, le=5)
    whatsapp_kept: timedelta = timedelta(days=30)  # Meta tells a message again for days
    sweep_every_s: float = Field(default=30, gt=0)


class ChatSettings(DatabaseSettings, SecretSettings, ToolSettings, ModelChoice):
    """`models_url` speaks Cohere's v2 API; `chat_model` is for assistants that name none."""

    chat_address: str
    search_address: str
    search_timeout_s: float = Field(default=15, gt=0)
    data_describe_timeout_s: float = Field(default=5, gt=0)
    data_query_timeout_s: float = Field(default=15, gt=0)
    models_api_key: SecretStr = SecretStr("")
    chat_connections: int = Field(default=10, ge=1, le=50)  # to the database
    chat_history_tokens: int = Field(default=8_000, ge=0)  # of turns before the question, about
    chat_passage_characters: int = Field(default=100_000, ge=0)  # of all passages found
    chat_tool_rounds: int = Field(default=6, ge=1, le=20)
    chat_tool_calls_per_round: int = Field(default=8, ge=1, le=50)
    chat_tool_timeout_s: float = Field(default=30, gt=0)  # one call
    chat_tools_timeout_s: float = Field(default=60, gt=0)  # all calls of an answer
    chat_tool_result_characters: int = Field(default=20_000, ge=100)  # that the model reads of one
    tool_try_timeout_s: float = Field(default=20, gt=0)  # one request to a user's endpoint
    tool_total_timeout_s: float = Field(default=60, gt=0)  # all tries, waits included
    tool_answer_bytes: int = Field(default=1024 * 1024, ge=1)  # of an endpoint, decompressed
    tool_result_characters: int = Field(default=200_000, ge=1)  # of endpoint 51's result
    model_cards_timeout_s: float = Field(default=2, gt=0)  # what the server tells of its models
    model_first_event_timeout_s: float = Field(default=30, gt=0)
    model_next_event_timeout_s: float = Field(default=30, gt=0)
    model_total_timeout_s: float = Field(default=300, gt=0)
