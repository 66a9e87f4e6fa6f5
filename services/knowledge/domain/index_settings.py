"""What decides a document's chunks and vectors; a document indexed with other settings is stale."""

from dataclasses import dataclass

PIPELINE = 1
"""Raise it when extraction, chunking or term analysis changes what they make of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """Of one knowledge base. chunk_size, chunk_overlap: tokens of the embedding model."""

    embedding_model: str
    chunk_size: int
    chunk_overlap: int

    @property
    def signature(self) -> str:
        """Equal for equal chunks and vectors; stored with each indexed document."""
        return f"{self.embedding_model}|{self.chunk_size}|{self.chunk_overlap}|{PIPELINE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorSpace:
    """Vectors that may be compared with each other: of one model, in one dimension."""

    model: str
    dimension: int

    def __str__(self) -> str:
        return f"{self.model}:{self.dimension}"

    @classmethod
    def parse(cls, text: str) -> "VectorSpace":
        """The space that `str` wrote."""
        model, _, dimension = text.rpartition(":")
        return cls(model=model, dimension=int(dimension))
