"""One attempt to index one document."""

from dataclasses import dataclass
from uuid import UUID

from services.knowledge.domain.chunking import Chunk
from services.knowledge.domain.index_settings import IndexSettings, VectorSpace
from services.knowledge.domain.link import LinkedPage

ATTEMPTS_ALLOWED = 10
"""Attempts that may end without a word (a crash) and without getting further than before."""

Vector = bytes
"""float32, little-endian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to index a document, as long as its lease is kept.

    reached: chunks, from the first on, that an earlier attempt put into the index.
    space: where it put them; None before the first. page: where the document is one of a link's.
    """

    document_id: int
    revision: int
    owner: str
    user_id: int
    knowledge_base_uuid: UUID
    task_id: UUID | None
    name: str
    object_key: str
    settings: IndexSettings
    attempts: int
    reached: int
    space: VectorSpace | None
    summary: str | None = None
    page: LinkedPage | None = None

    @property
    def so_far(self) -> str:
        """Its name, and what an earlier attempt reached."""
        return f"{self.name} ({self.reached} chunks so far)" if self.reached else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedChunk:
    """A chunk with what it is found by."""

    document_id: int
    revision: int
    chunk: Chunk
    vector: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleVectors:
    """A revision whose chunks answer no more; `revision` is unique over all documents."""

    revision: int
    knowledge_base_uuid: UUID
    space: VectorSpace
    document_id: int


class HeldByAnother(Exception):
    """Another worker indexes the document, or did until a moment ago."""


class LeaseLost(Exception):
    """The document went on without this attempt: nothing that it still does counts."""


class Interrupted(Exception):
    """The process is asked to end; what has been reached is kept."""


class MakesWay(Exception):
    """A long document has had its turn, and others wait; `stage` says so to its owner."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


class ModelRefused(Exception):
    """The embedding model will never take this; `reason` is a sentence for the owner."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
