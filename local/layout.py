"""Where the local run keeps its files and which ports it uses."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
TOOLS = REPOSITORY / ".data" / "tools"
HOST = "127.0.0.1"

_OFFSETS = {
    "rabbitmq": 0,
    "epmd": 1,
    "rabbitmq-distribution": 2,
    "postgres": 3,
    "milvus": 4,
    "models": 5,
    "assistants-chat": 6,
    "knowledge-search": 7,
    "s3": 10,
    "s3-master": 11,
    "s3-volume": 12,
    "s3-filer": 13,
    "s3-admin": 14,
}
_FIRST_PROBE = 20
_SEAWEED_GRPC = 10_000
# SeaweedFS opens a gRPC port 10000 above each of its HTTP ports, and outgoing connections take
# ports from 32768 up: 22700 + 14 + 10000 stays below.
HIGHEST_BASE_PORT = 22_700


class LayoutError(Exception):
    """A folder or port setting that cannot work; the message says which and what to set."""


@dataclass(frozen=True)
class Layout:
    """The data folder (absolute) and the two port settings of one local run."""

    data: Path
    base_port: int = 21_000
    http_port: int = 8_000

    def __post_init__(self) -> None:
        if not 1_024 <= self.base_port <= HIGHEST_BASE_PORT:
            raise LayoutError(
                f"PARLANCE_BASE_PORT is {self.base_port}; "
                f"it must lie between 1024 and {HIGHEST_BASE_PORT}"
            )
        if not 1 <= self.http_port <= 65_535:
            raise LayoutError(f"PARLANCE_HTTP_PORT is {self.http_port}; no such port")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Layout":
        """Read PARLANCE_DATA, PARLANCE_BASE_PORT and PARLANCE_HTTP_PORT, or use the defaults."""
        return cls(
            data=(REPOSITORY / (environment.get("PARLANCE_DATA") or ".data")).resolve(),
            base_port=_number(environment, "PARLANCE_BASE_PORT", 21_000),
            http_port=_number(environment, "PARLANCE_HTTP_PORT", 8_000),
        )

    def port(self, name: str) -> int:
        """The port of a named internal listener."""
        return self.base_port + _OFFSETS[name]

    def probe_port(self, index: int) -> int:
        """The probe port of the index-th service process."""
        return self.base_port + _FIRST_PROBE + index

    def seaweed_ports(self) -> tuple[int, ...]:
        """The HTTP ports SeaweedFS listens on: S3, master, volume, filer, admin."""
        return tuple(port for name, port in self.named_ports().items() if name.startswith("s3"))

    def seaweed_grpc_ports(self) -> tuple[int, ...]:
        """Its gRPC ports, in the same order."""
        return tuple(port + _SEAWEED_GRPC for port in self.seaweed_ports())

    def named_ports(self) -> dict[str, int]:
        """Every named internal listener and its port."""
        return {name: self.base_port + offset for name, offset in _OFFSETS.items()}

    def folder(self, name: str) -> Path:
        """A subfolder of the data folder, made private to this user when it is missing."""
        path = self.data / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    @property
    def state_file(self) -> Path:
        """What the running launcher tells `status`, `down` and the tests."""
        return self.data / "state.json"

    @property
    def log_folder(self) -> Path:
        """One file per part, complete lines."""
        return self.data / "log"


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdigit():
        raise LayoutError(f"{name} is {text!r}; it must be a port number")
    return int(text)


def process_environment() -> dict[str, str]:
    """A copy of this process's environment, without what would slow every child down."""
    environment = dict(os.environ)  # noqa: TID251 - the launcher passes the environment on
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment
