"""The settings that every process has, whatever it does."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ProcessSettings(BaseSettings):
    """No default for an address or a secret: a missing one stops the process at its start."""

    model_config = SettingsConfigDict(env_prefix="PARLANCE_", frozen=True, extra="ignore")

    log_level: str = "INFO"
    probe_host: str = "127.0.0.1"
    probe_port: int = Field(default=0, ge=0, le=65535)  # 0: no probes


class BusSettings(ProcessSettings):
    """What a process on the bus has besides."""

    amqp_url: SecretStr
    rpc_timeout_s: float = Field(default=10, gt=0, le=120)
