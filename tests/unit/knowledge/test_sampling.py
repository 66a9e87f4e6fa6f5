"""Passages drawn from all over a knowledge base."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest

from chassis.bus_json import encoded
from contracts.errors import NotFound
from contracts.rpc.knowledge import SamplePassages
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.sampling import ChunkKey, IndexedBase, IndexedDocument, drawn
from services.knowledge.domain.search import StoredChunk
from services.knowledge.usecases.sample_passages import DrawPassages

SPACE = VectorSpace(model="local-embed", dimension=384)
UUID_ = uuid4()


def _document(number: int, chunks: int = 10, revision: int = 1) -> IndexedDocument:
    return IndexedDocument(
        id=number, name=f"{number}.txt", kind="file", revision=revision, space=SPACE, chunks=chunks
    )


def _base(*documents: IndexedDocument, ranking: tuple[str, ...] = ("hybrid",)) -> IndexedBase:
    return IndexedBase(uuid=UUID_, ranking=ranking, documents=documents)


def _places(keys: Sequence[ChunkKey]) -> list[tuple[int, int]]:
    return [(key.document.id, key.number) for key in keys]


def test_each_document_has_its_turn_before_one_has_its_second() -> None:
    keys = drawn([_document(n) for n in range(1, 6)], count=7, seed=1)
    assert sorted(key.document.id for key in keys[:5]) == [1, 2, 3, 4, 5]
    assert [key.document.id for key in keys[5:]] == [key.document.id for key in keys[:2]]
    assert len(set(keys)) == 7


def test_short_documents_leave_their_turns_to_long_ones() -> None:
    keys = drawn([_document(1, chunks=1), _document(2, chunks=0), _document(3)], count=20, seed=1)
    assert len(set(keys)) == len(keys) == 11


def test_the_seed_decides_and_the_order_of_rows_does_not() -> None:
    documents = [_document(n, chunks=50) for n in range(1, 30)]
    once = _places(drawn(documents, count=20, seed=3))
    assert _places(drawn(documents[::-1], count=20, seed=3)) == once
    assert _places(drawn(documents, count=20, seed=4)) != once


def test_nothing_indexed_has_no_version() -> None:
    assert _base().version == _base(_document(1, chunks=0)).version == ""


def test_the_version_tells_what_searches_find() -> None:
    one, two = _document(1), _document(2)
    version = _base(one, two).version
    assert _base(two, one).version == version
    others = (
        _base(one),
        _base(one, replace(two, revision=9)),
        _base(one, replace(two, name="other")),
        _base(one, two, ranking=("dense",)),
    )
    assert len({version, *(each.version for each in others)}) == 5


@dataclass
class _Bases:
    base: IndexedBase

    def find(self, *, user_id: int, reference: int | UUID) -> IndexedBase | None:
        return self.base if user_id == 1 and reference == self.base.uuid else None


@dataclass
class _Chunks:
    text: str
    gone: tuple[int, ...] = ()

    def read(self, base: UUID, keys: Sequence[ChunkKey]) -> dict[ChunkKey, StoredChunk]:
        return {key: self._chunk(key) for key in keys if key.number not in self.gone}

    def _chunk(self, key: ChunkKey) -> StoredChunk:
        return StoredChunk(
            document_id=key.document.id, number=key.number, page=None, heading="", text=self.text
        )


def _asked(count: int, user_id: int = 1) -> SamplePassages:
    return SamplePassages(user_id=user_id, knowledge_base=str(UUID_), count=count)


def test_what_went_meanwhile_is_left_out() -> None:
    draw = DrawPassages(bases=_Bases(_base(_document(1))), chunks=_Chunks("text", gone=(0, 1)))
    assert sorted(each.chunk for each in draw(_asked(10)).passages) == list(range(2, 10))


@pytest.mark.parametrize("text", ["ü" * 60_000, '"\n' * 30_000, "नि" * 20_000, "😀" * 16_000])
def test_two_hundred_long_passages_fit_the_bus(text: str) -> None:
    draw = DrawPassages(bases=_Bases(_base(_document(1, chunks=500))), chunks=_Chunks(text))
    sampled = draw(_asked(200))
    assert len(encoded(sampled.to_wire())) < 1_000_000
    assert len(sampled.passages) > 30


def test_a_count_of_none_asks_the_vectors_nothing() -> None:
    class Silent:
        def read(self, base: UUID, keys: Sequence[ChunkKey]) -> dict[ChunkKey, StoredChunk]:
            raise AssertionError

    sampled = DrawPassages(bases=_Bases(_base(_document(1))), chunks=Silent())(_asked(0))
    assert (sampled.documents, sampled.chunks, bool(sampled.version)) == (1, 10, True)


def test_a_foreign_base_is_not_found() -> None:
    draw = DrawPassages(bases=_Bases(_base(_document(1))), chunks=_Chunks("text"))
    with pytest.raises(NotFound):
        draw(_asked(1, user_id=2))
