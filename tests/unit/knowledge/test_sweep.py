"""Sweeping: only what nobody needs goes, only what nobody works on is set going again."""

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.errors import Unavailable
from services.knowledge.domain.document import Upload
from services.knowledge.domain.index_run import StaleVectors
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.usecases.sweep import Sweep

from .fakes import NOW, FakeObjects, FakeUploads, FakeVectors, World


@dataclass
class Care:
    left: list[StaleVectors] = field(default_factory=list)
    adopted: int = 0

    def alone(self):
        return nullcontext(enter_result=True)

    def adopt_orphans(self, *, silent_for: timedelta) -> int:
        self.adopted += 1
        return 1

    def finish_tasks(self) -> int:
        return 0

    def stale(self, *, older_than: timedelta, limit: int) -> list[StaleVectors]:
        return list(self.left)

    def forget_stale(self, stale: StaleVectors) -> None:
        self.left.remove(stale)


@dataclass
class Jobs:
    number: int = 0

    def waiting(self) -> int:
        return self.number


@dataclass
class Gone(Care):
    bases: list[UUID] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def stale_bases(self, *, older_than: timedelta, limit: int) -> list[UUID]:
        return list(self.bases)

    def forget_base(self, uuid: UUID) -> None:
        self.bases.remove(uuid)

    def stale_objects(self, *, limit: int) -> list[str]:
        return list(self.keys)

    def forget_object(self, key: str) -> None:
        self.keys.remove(key)


def sweep(world: World | None = None, **parts: object) -> Sweep:
    defaults = {
        "care": Care(),
        "jobs": Jobs(),
        "uploads": FakeUploads(world or World()),
        "objects": FakeObjects(),
        "vectors": FakeVectors(),
        "now": lambda: NOW,
        "tasks_kept": timedelta(days=30),
    }
    return Sweep(**(defaults | parts))  # type: ignore[arg-type]


def test_nothing_is_adopted_while_jobs_wait() -> None:
    care = Care()
    sweep(care=care, jobs=Jobs(1)).adopt_orphans()
    assert care.adopted == 0
    sweep(care=care, jobs=Jobs(0)).adopt_orphans()
    assert care.adopted == 1


def test_stale_vectors_go_and_only_then_are_forgotten() -> None:
    stale = StaleVectors(
        revision=3,
        knowledge_base_uuid=uuid4(),
        space=VectorSpace(model="m", dimension=2),
        document_id=1,
    )
    care, vectors = Care([stale]), FakeVectors(rows={(1, 3, 0): "old", (1, 4, 0): "new"})
    sweep(care=care, vectors=vectors).purge_stale()
    assert vectors.rows == {(1, 4, 0): "new"}
    assert care.left == []


def test_unused_tickets_go_with_their_bytes_and_used_ones_without() -> None:
    world, objects = World(), FakeObjects()
    base = world.base()
    unused = Upload(
        id=uuid4(),
        user_id=1,
        knowledge_base_id=base.id,
        name="a.txt",
        kind="file",
        object_key="unused",
        size_bytes=1,
        expires_at=NOW - timedelta(hours=2),
    )
    used = replace(
        unused,
        id=uuid4(),
        object_key="used",
        document_id=7,
        expires_at=NOW - timedelta(days=2),
    )
    recent = replace(used, id=uuid4(), object_key="recent", expires_at=NOW - timedelta(hours=2))
    for each in (unused, used, recent):
        world.uploads[each.id] = each
        objects.stored[each.object_key] = b"x"
    objects.away = True
    with pytest.raises(Unavailable):
        sweep(world, objects=objects).purge_uploads()
    assert unused.id in world.uploads
    objects.away = False
    sweep(world, objects=objects).purge_uploads()
    assert set(world.uploads) == {recent.id}
    assert set(objects.stored) == {"used", "recent"}


def test_bytes_that_nobody_names_go_once_object_storage_is_there() -> None:
    care, objects = Gone(keys=["a", "b"]), FakeObjects(stored={"a": b"x", "c": b"x"}, away=True)
    with pytest.raises(Unavailable):
        sweep(care=care, objects=objects).purge_objects()
    assert care.keys == ["a", "b"]
    objects.away = False
    sweep(care=care, objects=objects).purge_objects()
    assert (care.keys, set(objects.stored)) == ([], {"c"})


def test_knowledge_bases_that_went_lose_their_vectors_and_only_then_are_forgotten() -> None:
    care, purged = Gone(bases=[uuid4(), uuid4()]), []

    class Vectors(FakeVectors):
        def purge_base(self, base: UUID) -> None:
            if purged:
                raise Unavailable.of("The vector store")
            purged.append(base)

    first, second = care.bases
    with pytest.raises(Unavailable):
        sweep(care=care, vectors=Vectors()).purge_bases()
    assert (purged, care.bases) == ([first], [second])
