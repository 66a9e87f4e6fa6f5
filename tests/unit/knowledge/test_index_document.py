"""Indexing one document: what is in at the end, whatever happened on the way."""

from dataclasses import dataclass, field

import pytest

from contracts.errors import Unavailable
from services.knowledge.domain.index_run import HeldByAnother, Interrupted, LeaseLost
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.usecases.index_document import IndexDocument

from .fakes import (
    MODEL,
    Crash,
    FakeEmbedder,
    FakeExtractor,
    FakeLeases,
    FakeObjects,
    FakeRuns,
    FakeVectors,
    Row,
    WordTokenizer,
    World,
    no_pages,
)

LINES = 500
TEXT = "\n".join(f"sentence number {n} " + "word " * 20 for n in range(LINES))
SPACE = VectorSpace(model=MODEL, dimension=2)


@dataclass
class Bench:
    world: World = field(default_factory=World)
    objects: FakeObjects = field(default_factory=FakeObjects)
    embedder: FakeEmbedder = field(default_factory=FakeEmbedder)
    vectors: FakeVectors = field(default_factory=FakeVectors)
    leases: FakeLeases = field(default_factory=FakeLeases)
    turn_s: float = 30

    def document(self, text: str = TEXT, **columns: object) -> Row:
        row = self.world.to_index(self.world.base(chunk_size=32, chunk_overlap=0), **columns)
        self.objects.stored[row.object_key] = text.encode()
        return row

    def index(self, row: Row, owner: str = "one") -> None:
        IndexDocument(
            runs=FakeRuns(self.world),
            leases=self.leases,
            objects=self.objects,
            extractor=FakeExtractor(),
            tokenizer=WordTokenizer(),
            embedder=self.embedder,
            vectors=self.vectors,
            pages=no_pages,
            owner=owner,
            turn_s=self.turn_s,
        )(row.id)

    def chunks_of(self, row: Row) -> list[int]:
        return sorted(key[2] for key in self.vectors.rows if key[:2] == (row.id, row.revision))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def dies_at(call: int, error: BaseException):
    """A hook that raises once, at its n-th call."""
    calls = iter(range(1, 10_000))

    def hook(_batch: object) -> None:
        if next(calls) == call:
            raise error

    return hook


def test_every_chunk_is_in_and_the_revision_answers(bench) -> None:
    row = bench.document()
    bench.index(row)
    assert (row.status, row.active_revision, row.active_space) == ("indexed", row.revision, SPACE)
    assert bench.chunks_of(row) == list(range(row.chunks))
    assert row.chunks == LINES
    assert bench.world.events == [("indexed", row.id)]


def test_a_job_that_comes_twice_does_nothing_the_second_time(bench) -> None:
    row = bench.document()
    bench.index(row)
    bench.index(row)
    assert bench.world.events == [("indexed", row.id)]


def test_a_document_that_is_gone_is_no_error(bench) -> None:
    row = bench.document()
    del bench.world.rows[row.id]
    bench.index(row)
    assert bench.world.events == []


@pytest.mark.parametrize("part", ["embedder", "vectors"])
@pytest.mark.parametrize("batch", [1, 2, 4, 6])
def test_a_crash_at_any_batch_leaves_every_chunk_in_once(bench, part, batch) -> None:
    row = bench.document()
    hooked = getattr(bench, part)
    hooked.before = dies_at(batch, Crash())
    with pytest.raises(Crash):
        bench.index(row)
    assert row.status == "indexing"
    with pytest.raises(HeldByAnother):
        bench.index(row, "two")
    bench.world.dead.add("one")
    bench.index(row, "two")
    assert bench.chunks_of(row) == list(range(LINES))
    assert row.status == "indexed"


def test_what_is_in_is_not_embedded_again(bench) -> None:
    row = bench.document()
    bench.vectors.before = dies_at(4, Crash())
    with pytest.raises(Crash):
        bench.index(row)
    assert row.reached > 0
    asked: list[int] = []
    bench.embedder.before = lambda texts: asked.append(len(texts))
    reached = row.reached
    bench.world.dead.add("one")
    bench.index(row, "two")
    assert sum(asked) == LINES - reached


def test_chunks_of_other_settings_never_answer(bench) -> None:
    row = bench.document()
    row.building_space, row.building_with, row.reached = SPACE, "of other settings", 400
    old = row.revision
    bench.index(row)
    assert row.active_revision != old
    assert bench.chunks_of(row) == list(range(LINES))
    assert [stale.revision for stale in bench.world.stale] == [old]


def test_chunks_beyond_the_last_are_cut(bench) -> None:
    row = bench.document()
    for number in range(900):
        bench.vectors.rows[row.id, row.revision, number] = "old"
    bench.index(row)
    assert bench.chunks_of(row) == list(range(LINES))
    assert "old" not in bench.vectors.rows.values()


def test_vectors_that_got_lost_are_made_again(bench) -> None:
    row = bench.document()
    row.building_space, row.reached = SPACE, 300
    base = bench.world.bases[row.base]
    row.building_with = f"{MODEL}|{base.chunk_size}|{base.chunk_overlap}|1"
    bench.vectors.opened.add(SPACE)
    bench.index(row)
    assert bench.chunks_of(row) == list(range(LINES))
    assert row.status == "indexed"


@pytest.mark.parametrize("part", ["embedder", "vectors", "objects"])
def test_a_part_that_is_away_is_waited_for_without_blame(bench, part) -> None:
    row = bench.document()
    if part == "objects":
        bench.objects.away = True
    else:
        getattr(bench, part).before = dies_at(3, Unavailable.of("The part"))
    with pytest.raises(Unavailable):
        bench.index(row)
    assert (row.status, row.lease_owner, row.attempts) == ("indexing", None, 0)
    assert "temporarily unavailable" in row.stage
    bench.objects.away = False
    bench.index(row, "two")
    assert bench.chunks_of(row) == list(range(LINES))


def test_a_process_that_ends_gives_its_document_back(bench) -> None:
    row = bench.document()
    checks = iter([None, None, None, Interrupted(), None])

    def check() -> None:
        if (error := next(checks, None)) is not None:
            raise error

    bench.leases.check = check
    with pytest.raises(Interrupted):
        bench.index(row)
    assert (row.lease_owner, row.status) == (None, "indexing")


def test_an_unreadable_document_fails_with_its_reason(bench) -> None:
    row = bench.document("!The file is damaged.")
    bench.index(row)
    assert (row.status, row.error) == ("failed", "The file is damaged.")
    assert bench.world.events == [("failed", row.id)]


def test_a_missing_file_fails_its_document(bench) -> None:
    row = bench.document()
    bench.objects.stored.clear()
    bench.index(row)
    assert (row.status, row.error) == ("failed", "The stored file is missing.")


def test_the_tenth_crash_is_the_last(bench) -> None:
    row = bench.document()
    bench.embedder.before = dies_at(1, Crash())
    for attempt in range(10):
        bench.embedder.before = dies_at(1, Crash())
        with pytest.raises(Crash):
            bench.index(row, str(attempt))
        bench.world.dead.add(str(attempt))
    bench.index(row, "last")
    assert (row.status, row.error) == ("failed", "Indexing this document crashed 10 times.")


def test_a_failed_refresh_leaves_the_old_chunks_answering(bench) -> None:
    row = bench.document(active_revision=77, active_space=SPACE, chunks=3)
    bench.embedder.before = dies_at(5, Unavailable.of("x"))
    with pytest.raises(Unavailable):
        bench.index(row)
    bench.objects.stored[row.object_key] = b"!Gone bad."
    bench.index(row)
    assert (row.status, row.active_revision, row.chunks) == ("failed", 77, 3)
    assert [stale.revision for stale in bench.world.stale] == [row.revision]


def test_a_refresh_retires_the_old_chunks(bench) -> None:
    row = bench.document(active_revision=77, active_space=SPACE)
    bench.index(row)
    assert [stale.revision for stale in bench.world.stale] == [77]


def test_a_run_whose_lease_was_taken_changes_nothing_more(bench) -> None:
    row = bench.document()

    def taken() -> None:
        row.lease_owner = "two"
        raise LeaseLost

    bench.leases.check = taken
    bench.index(row)
    assert (row.status, row.lease_owner, row.active_revision) == ("indexing", "two", None)


def test_memory_is_bounded_by_a_few_batches(bench) -> None:
    row = bench.document("\n".join([TEXT] * 4))
    embedded, stored, most = 0, 0, 0

    def count_embedded(texts: object) -> None:
        nonlocal embedded, most
        embedded += len(texts)  # type: ignore[arg-type]
        most = max(most, embedded - stored)

    def count_stored(chunks: object) -> None:
        nonlocal stored
        stored += len(chunks)  # type: ignore[arg-type]

    bench.embedder.before, bench.vectors.before = count_embedded, count_stored
    bench.index(row)
    assert stored == row.chunks > 20 * 96
    assert most <= 6 * 96


def test_a_long_document_makes_way_and_ends_later_with_every_chunk_once(bench) -> None:
    bench.turn_s = 0
    long, short = bench.document(name="long.txt"), bench.document("A short one.")
    asked: list[str] = []
    bench.embedder.before = asked.extend
    bench.index(long)
    assert (long.status, long.lease_owner, long.attempts) == ("indexing", None, 0)
    assert 0 < long.reached < LINES
    assert long.stage == f"long.txt makes way ({long.reached} of about {LINES} chunks)"
    assert bench.world.jobs == [(long.id, None)]
    assert len(asked) == long.reached  # nothing is embedded in vain
    bench.index(short)
    assert (short.status, long.status) == ("indexed", "indexing")
    bench.index(long)
    assert long.status == "indexed"
    assert bench.chunks_of(long) == list(range(LINES))
    assert len(asked) == LINES + 1


def test_a_long_document_does_not_make_way_for_nobody(bench) -> None:
    bench.turn_s = 0
    row, other = bench.document(), bench.document("Another.", lease_owner="two")
    bench.index(row)
    assert (row.status, other.status) == ("indexed", "indexing")
    assert bench.world.jobs == []


def test_a_document_that_ends_within_its_turn_does_not_make_way(bench) -> None:
    row = bench.document()
    bench.document("Another.")
    bench.index(row)
    assert row.status == "indexed"


def test_each_turn_gets_a_long_document_further(bench) -> None:
    bench.turn_s = 0
    long = bench.document()
    bench.document("It waits, and nobody takes it.")
    turns = [0]
    while long.status == "indexing" and len(turns) < 20:
        bench.index(long)
        assert long.reached > turns[-1]
        turns.append(long.reached)
    assert long.status == "indexed"
    assert len(turns) > 2
    assert bench.chunks_of(long) == list(range(LINES))


def test_a_long_document_that_lost_its_lease_makes_no_way(bench, monkeypatch) -> None:
    bench.turn_s = 0
    row = bench.document()
    bench.document("Another.")

    def taken(_runs: FakeRuns, _claim: object) -> bool:
        row.lease_owner = "two"
        return True

    monkeypatch.setattr(FakeRuns, "others_wait", taken)
    bench.index(row)
    assert (row.lease_owner, bench.world.jobs) == ("two", [])


def test_a_document_that_goes_on_says_how_far_it_was(bench) -> None:
    row = bench.document()
    bench.vectors.before = dies_at(4, Unavailable.of("x"))
    with pytest.raises(Unavailable):
        bench.index(row)
    told: list[str] = []
    bench.leases.check = lambda: told.append(row.stage)
    bench.index(row)
    assert told[0].startswith("reading a.txt (")
    assert told[0].endswith(" chunks so far)")
