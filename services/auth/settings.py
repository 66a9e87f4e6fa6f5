"""Everything auth can be told from outside."""

from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from chassis.settings import BusSettings, ProcessSettings
from services.auth.domain.zoho import LOCATIONS


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(part.strip().rstrip("/").lower() for part in value.split(",") if part.strip())


Servers = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Lifetime = Annotated[timedelta, Field(gt=timedelta(0))]


class DatabaseSettings(ProcessSettings):
    """What every process of auth needs.

    `secret_keys`: comma-separated Fernet keys, newest first; they encrypt signing keys and Zoho's tokens.
    """

    auth_database_url: SecretStr
    secret_keys: SecretStr
    access_token_lifetime: Lifetime = timedelta(minutes=60)
    refresh_token_lifetime: Lifetime = timedelta(days=7)
    # From publishing a new signing key until it signs; running processes read keys every 30 s.
    key_publish_delay_s: float = Field(default=60, ge=0)

    @property
    def longest_lifetime(self) -> timedelta:
        """Of any token that the signing keys sign."""
        return max(self.access_token_lifetime, self.refresh_token_lifetime)


class Settings(DatabaseSettings, BusSettings):
    """`zoho_accounts_servers`: accounts servers besides Zoho's own, for tests; comma-separated."""

    rpc_workers: int = Field(default=10, ge=1, le=50)  # requests at a time, and connections
    rotate_refresh_tokens: bool = False
    # Wrong passwords until 429, in one window, and the window.
    sign_in_failures_per_user: int = Field(default=10, ge=1)
    sign_in_failures_per_address: int = Field(default=500, ge=1)
    sign_in_window_s: float = Field(default=300, ge=1, le=86_400)
    zoho_client_id: str = ""  # empty: Zoho is not configured
    zoho_client_secret: SecretStr = SecretStr("")
    zoho_redirect_uri: str = "http://127.0.0.1:8000/oauth/zoho"
    zoho_scope: str = "AaaServer.profile.READ"
    zoho_accounts_server: str = LOCATIONS["us"]
    zoho_accounts_servers: Servers = ()

    @model_validator(mode="after")
    def _zoho_is_whole(self) -> Self:
        if self.zoho_client_id and not self.zoho_client_secret.get_secret_value():
            raise ValueError("PARLANCE_ZOHO_CLIENT_ID needs PARLANCE_ZOHO_CLIENT_SECRET")
        return self
