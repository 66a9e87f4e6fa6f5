"""Everything the model server can be told from outside."""

from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_REPOSITORY = Path(__file__).resolve().parents[2]


class ModelServerSettings(BaseSettings):
    """Environment variables `PARLANCE_MODELS_*`, and `PARLANCE_WEIGHTS` for the weights' folder."""

    model_config = SettingsConfigDict(env_prefix="PARLANCE_MODELS_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = 9410
    api_key: SecretStr | None = None  # when set, /v1 and /v2 ask for it as a bearer token
    weights: Path = Field(
        default=_REPOSITORY / ".weights",
        validation_alias=AliasChoices("PARLANCE_WEIGHTS", "weights"),
    )
    threads: int = Field(default=2, ge=1)  # CPU threads of one model run
    generative: str = "chosen"  # a weights' name, "chosen" (the last one fetched), or "none"
    slots: int = Field(default=2, ge=1)  # generations at the same time
    context_tokens: int = Field(default=4096, ge=512)  # per slot: prompt and answer
    queue_limit: int = Field(default=8, ge=0)  # generations that may wait; above: 429
    embed_queue_limit: int = Field(
        default=32, ge=1
    )  # embed requests in work or waiting; above: 429
    sentence_cache: int = Field(default=20_000, ge=0)  # vectors kept, about 1.6 kB each
    body_limit_bytes: int = 16 * 1024 * 1024
    deadline_seconds: float = 120.0  # of one request's model work
