"""Everything the gateway can be told from outside."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, IPvAnyNetwork
from pydantic_settings import NoDecode

from chassis.settings import BusSettings

MIB = 1024 * 1024
LOCAL_FRONT_ENDS = tuple(
    f"http://{host}:{port}"
    for host in ("localhost", "127.0.0.1")
    for port in (3000, 3001, 4173, 4200, 5173, 8000, 8080)
)


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())


Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_split)]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BusSettings):
    """`chat_address` is host:port of assistants' gRPC; `cors_origins` comma-separated, `*` for all.

    `trusted_proxies`: addresses or networks, comma-separated, whose X-Forwarded-For is believed.
    `frontend_url`: where a browser goes when Zoho has sent it back.
    """

    chat_address: str
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8000, ge=0, le=65535)
    cors_origins: Origins = LOCAL_FRONT_ENDS
    trusted_proxies: Networks = ()
    frontend_url: str = "http://localhost:3000/"
    json_limit_bytes: int = Field(default=MIB, ge=1024)
    upload_limit_bytes: int = Field(default=100 * MIB, ge=1)
    json_body_timeout_s: float = Field(default=30, gt=0)  # until all of it has arrived
    upload_body_timeout_s: float = Field(default=600, gt=0)
    max_uploads: int = Field(default=16, ge=1)  # at a time
    max_messages: int = Field(default=200, ge=1)
    max_message_characters: int = Field(default=100_000, ge=1)
    chat_timeout_s: float = Field(default=300, gt=0)  # a whole answer
    tool_timeout_s: float = Field(default=75, gt=0)  # longer than assistants' for all tries
    upload_timeout_s: float = Field(default=120, gt=0)  # from here to the object storage
