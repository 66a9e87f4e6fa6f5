"""Everything auth can be told from outside."""

from datetime import timedelta

from pydantic import Field, SecretStr

from chassis.settings import BusSettings


class Settings(BusSettings):
    """`secret_keys`: comma-separated Fernet keys, newest first; they encrypt the signing keys."""

    auth_database_url: SecretStr
    secret_keys: SecretStr
    rpc_workers: int = Field(default=10, ge=1, le=50)  # requests at a time, and connections
    access_token_lifetime: timedelta = timedelta(minutes=60)
    refresh_token_lifetime: timedelta = timedelta(days=7)
