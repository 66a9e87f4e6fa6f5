"""Which chunks stand for a whole knowledge base, and what tells one state of it from another."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from services.knowledge.domain.index_settings import VectorSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedDocument:
    """A document as searches find it: the chunks 0 to `chunks` - 1 of one revision."""

    id: int
    name: str
    kind: str
    revision: int
    space: VectorSpace
    chunks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedBase:
    """ranking: every setting that decides what a search answers, in a fixed order."""

    uuid: UUID
    ranking: tuple[str, ...]
    documents: tuple[IndexedDocument, ...]

    @property
    def chunks(self) -> int:
        """Of all documents."""
        return sum(each.chunks for each in self.documents)

    @property
    def version(self) -> str:
        """Equal while searches find the same in the same order; "" while there is nothing.

        A revision is never used for two contents, and a page that is unchanged keeps its own.
        """
        if not self.chunks:
            return ""
        digest = hashlib.sha256(repr(self.ranking).encode())
        for each in sorted(self.documents, key=lambda document: document.id):
            digest.update(repr((each.id, each.revision, each.name, str(each.space))).encode())
        return digest.hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class ChunkKey:
    """One chunk of a document."""

    document: IndexedDocument
    number: int


def drawn(documents: Sequence[IndexedDocument], *, count: int, seed: int) -> list[ChunkKey]:
    """`count` different chunks, or all where there are fewer: one of each document, then a second
    of each, and so on. Documents and chunks come in an order that only the seed and ids decide."""
    order = sorted(documents, key=lambda each: _rank(seed, each.id))
    waiting = [_shuffled(each, count=count, seed=seed) for each in order[:count]]
    return list(islice(_in_turn(waiting), count))


def _in_turn(waiting: list[Iterator[ChunkKey]]) -> Iterator[ChunkKey]:
    while waiting:
        left = []
        for chunks in waiting:
            if key := next(chunks, None):
                yield key
                left.append(chunks)
        waiting = left


def _shuffled(document: IndexedDocument, *, count: int, seed: int) -> Iterator[ChunkKey]:
    luck = random.Random(f"{seed}:{document.id}")  # noqa: S311 - it has to be foretold
    for number in luck.sample(range(document.chunks), min(count, document.chunks)):
        yield ChunkKey(document, number)


def _rank(seed: int, document_id: int) -> bytes:
    return hashlib.sha256(f"{seed}:{document_id}".encode()).digest()
