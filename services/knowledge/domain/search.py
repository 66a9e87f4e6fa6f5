"""What a search asks for and what it finds, as plain values."""

from dataclasses import dataclass
from uuid import UUID

from contracts.rpc.knowledge import FoundKind
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.ranking import Weights

QUERY_CHARACTERS = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedBase:
    """A knowledge base as a search sees it. spaces: where its documents' vectors are, newest first.

    inactive: revisions that are being built, or were replaced and are not purged yet.
    """

    uuid: UUID
    embedding_model: str
    weights: Weights
    top_k: int
    reranking_enabled: bool
    top_k_after_reranking: int
    spaces: tuple[VectorSpace, ...]
    inactive: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChunk:
    """page: None where the format has none."""

    document_id: int
    number: int
    page: int | None
    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument:
    """What a passage says of its document. url: of a page of a link."""

    id: int
    name: str
    kind: FoundKind
    object_key: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassage:
    """score: 0 to 1. similarity: cosine, where the dense search found it."""

    document: FoundDocument
    chunk: StoredChunk
    url: str
    score: float
    similarity: float | None


def document_of(chunk_id: str) -> int:
    """Ids are `<document>:<revision>:<number>`."""
    return int(chunk_id.partition(":")[0])
