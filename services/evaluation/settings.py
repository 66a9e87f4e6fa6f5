"""Everything evaluation can be told from outside, by kind of process."""

from pydantic import Field, SecretStr

from chassis.settings import BusSettings, ProcessSettings


class DatabaseSettings(ProcessSettings):
    """What every kind reads."""

    evaluation_database_url: SecretStr


class MigrateSettings(DatabaseSettings):
    """The `migrate` kind."""


class RpcSettings(BusSettings, DatabaseSettings):
    """The `rpc` kind. `rpc_timeout_s`, for what others are asked, is shorter than the gateway's."""

    rpc_timeout_s: float = Field(default=6, gt=0, le=120)
    rpc_workers: int = Field(default=10, ge=1, le=50)  # requests at a time, and connections


class WorkerSettings(BusSettings, DatabaseSettings):
    """The `worker` kind."""
