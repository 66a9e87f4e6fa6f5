"""The world of knowledge's use cases in memory. Fakes keep the ports' promises, they count nothing."""

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from contracts.errors import Unavailable
from contracts.rpc.knowledge import CreateKnowledgeBase, Kind, KnowledgeBase, Progress, TaskStatus
from services.knowledge.domain.data_table import KeptTables
from services.knowledge.domain.document import NamedDocument, StoredDocument, Upload
from services.knowledge.domain.extraction import Block, ExtractedDocument, ExtractionFailed
from services.knowledge.domain.index_run import (
    Claim,
    HeldByAnother,
    IndexedChunk,
    LeaseLost,
    StaleVectors,
)
from services.knowledge.domain.index_settings import IndexSettings, VectorSpace

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MODEL = "local-embed"


class WordTokenizer:
    """A token per word."""

    def offsets(self, text: str) -> list[tuple[int, int]]:
        found, at = [], 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            found.append((start, at))
        return found


@dataclass
class Row:
    """A document with all its columns."""

    id: int
    user_id: int
    base: UUID
    name: str
    object_key: str
    status: str = "uploaded"
    error: str | None = None
    task_id: UUID | None = None
    active_revision: int | None = None
    active_space: VectorSpace | None = None
    indexed_with: str | None = None
    revision: int | None = None
    building_space: VectorSpace | None = None
    building_with: str | None = None
    reached: int = 0
    attempts: int = 0
    lease_owner: str | None = None
    chunks: int = 0
    stage: str = ""
    kind: Kind = "file"
    size_bytes: int = 5
    kept: KeptTables | None = None


@dataclass
class World:
    """PostgreSQL's tables; `dead` are owners of leases known to have died."""

    bases: dict[UUID, KnowledgeBase] = field(default_factory=dict)
    owners: dict[UUID, int] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    uploads: dict[UUID, Upload] = field(default_factory=dict)
    tasks: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    jobs: list[tuple[int, UUID | None]] = field(default_factory=list)
    events: list[tuple[str, int]] = field(default_factory=list)
    stale: list[StaleVectors] = field(default_factory=list)
    reserved: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    revisions: int = 0

    def base(self, user_id: int = 1, **fields: Any) -> KnowledgeBase:
        request = CreateKnowledgeBase(user_id=user_id, name="base", **fields)
        return FakeKnowledgeBases(self).add(request, uuid=uuid4())

    def document(self, base: KnowledgeBase, name: str = "a.txt", **columns: Any) -> Row:
        number = len(self.rows) + 1
        owner = self.owners[base.uuid]
        key = f"documents/{number}"
        row = Row(number, owner, base.uuid, name, key, **columns)
        self.rows[number] = row
        return row

    def to_index(self, base: KnowledgeBase, name: str = "a.txt", **columns: Any) -> Row:
        self.revisions += 1
        return self.document(base, name, status="indexing", revision=self.revisions, **columns)


@dataclass
class FakeKnowledgeBases:
    world: World

    def add(self, request: CreateKnowledgeBase, *, uuid: UUID) -> KnowledgeBase:
        fields = {name: getattr(request, name) for name in type(request).model_fields}
        fields["embedding_model"] = request.embedding_model or MODEL
        counts = dict.fromkeys(
            ("files_count", "links_count", "excels_count", "data_excels_count"), 0
        )
        made = KnowledgeBase(
            id=len(self.world.bases) + 1,
            uuid=uuid,
            created_at=NOW,
            updated_at=NOW,
            **counts,
            **fields,
        )
        self.world.bases[uuid] = made
        self.world.owners[uuid] = request.user_id
        return made

    def of_user(self, user_id: int, *, after: int | None, limit: int) -> list[KnowledgeBase]:
        mine = [b for u, b in self.world.bases.items() if self.world.owners[u] == user_id]
        behind = [base for base in mine if after is None or base.id < after]
        return sorted(behind, key=lambda base: -base.id)[:limit]

    def find(self, *, user_id: int, reference: int | UUID) -> KnowledgeBase | None:
        mine = [b for u, b in self.world.bases.items() if self.world.owners[u] == user_id]
        return next((b for b in mine if reference in (b.id, b.uuid)), None)

    def change(
        self,
        *,
        user_id: int,
        reference: int | UUID,
        changes: Mapping[str, Any],
        check: Callable[[KnowledgeBase], None],
    ) -> KnowledgeBase | None:
        found = self.find(user_id=user_id, reference=reference)
        if found is None:
            return None
        check(found)
        values = {**changes}
        if "embedding_model" in values:
            values["embedding_model"] = values["embedding_model"] or MODEL
        changed = found.model_copy(update=values)
        self.world.bases[found.uuid] = changed
        return changed

    def remove(self, *, user_id: int, reference: int | UUID) -> UUID | None:
        found = self.find(user_id=user_id, reference=reference)
        if found is None:
            return None
        del self.world.bases[found.uuid]
        return found.uuid


@dataclass
class FakeDocuments:
    world: World

    def of_base(
        self, *, user_id: int, knowledge_base_id: int, kind: Kind, after: int | None, limit: int
    ) -> list[StoredDocument]:
        mine = (row for row in self.world.rows.values() if row.user_id == user_id)
        return [
            stored(row)
            for row in mine
            if self.world.bases[row.base].id == knowledge_base_id
            and row.kind == kind
            and row.id > (after or 0)
        ][:limit]

    def named(
        self, *, user_id: int, name: str, knowledge_base_id: int | None
    ) -> list[NamedDocument]:
        found = [
            NamedDocument(
                id=row.id,
                name=row.name,
                kind=row.kind,
                knowledge_base_id=self.world.bases[row.base].id,
            )
            for row in self.world.rows.values()
            if (row.user_id, row.name) == (user_id, name)
        ]
        return [
            each for each in reversed(found) if knowledge_base_id in (None, each.knowledge_base_id)
        ]

    def remove(self, *, user_id: int, document_id: int) -> Kind | None:
        row = self.world.rows.get(document_id)
        if row is None or row.user_id != user_id:
            return None
        del self.world.rows[document_id]
        return row.kind


@dataclass
class FakeModels:
    names: frozenset[str] = frozenset({MODEL})
    away: bool = False

    def has(self, name: str) -> bool:
        if self.away:
            raise Unavailable.of("The model server")
        return name in self.names


@dataclass
class FakeObjects:
    """away: nothing answers, but links can still be signed."""

    stored: dict[str, bytes] = field(default_factory=dict)
    away: bool = False

    def _reach(self) -> None:
        if self.away:
            raise Unavailable.of("Object storage")

    def put_url(self, key: str, *, size_bytes: int, lifetime: timedelta) -> str:
        return f"put:{key}:{size_bytes}"

    def get_url(self, key: str, *, file_name: str, lifetime: timedelta) -> str:
        return f"get:{key}"

    def size(self, key: str) -> int | None:
        self._reach()
        return len(self.stored[key]) if key in self.stored else None

    def head(self, key: str, *, length: int) -> bytes:
        self._reach()
        return self.stored[key][:length]

    def download(self, key: str, target: Path) -> bool:
        self._reach()
        if key in self.stored:
            target.write_bytes(self.stored[key])
        return key in self.stored

    def upload(self, key: str, source: Path) -> None:
        self._reach()
        self.stored[key] = source.read_bytes()

    def delete(self, key: str) -> None:
        self._reach()
        self.stored.pop(key, None)


def stored(row: Row) -> StoredDocument:
    return StoredDocument(
        id=row.id,
        name=row.name,
        kind=row.kind,
        object_key=row.object_key,
        status=row.status,  # type: ignore[arg-type]
        error=None,
        size_bytes=row.size_bytes,
        uploaded_at=NOW,
        chunks=row.chunks,
        summary=row.kept.summary if row.kept else None,
    )


@dataclass
class FakeUploads:
    world: World

    def add(self, upload: Upload) -> bool:
        is_there = any(base.id == upload.knowledge_base_id for base in self.world.bases.values())
        if is_there:
            self.world.uploads[upload.id] = upload
        return is_there

    def find(self, *, user_id: int, upload_id: UUID) -> Upload | None:
        found = self.world.uploads.get(upload_id)
        return found if found and found.user_id == user_id else None

    def reserve(self, upload: Upload, keys: Sequence[str]) -> bool:
        is_there = upload.id in self.world.uploads
        self.world.reserved.update(keys if is_there else ())
        return is_there

    def complete(self, upload: Upload, kept: KeptTables | None) -> StoredDocument | None:
        current = self.world.uploads.get(upload.id)
        if current is None:
            return None
        base = next(b for b in self.world.bases.values() if b.id == upload.knowledge_base_id)
        number = current.document_id
        if number is None:
            row = self.world.document(base, upload.name)
            row.object_key, number = upload.object_key, row.id
            row.kind, row.size_bytes = upload.kind, upload.size_bytes
            row.kept = kept
            self.world.reserved -= {each.key for each in kept.tables} if kept else set()
            self.world.uploads[upload.id] = replace(current, document_id=number)
        return stored(self.world.rows[number])

    def reject(self, upload_id: UUID, *, reason: str) -> None:
        self.world.uploads[upload_id] = replace(self.world.uploads[upload_id], rejection=reason)

    def expired(self, *, unused_since: datetime, used_since: datetime, limit: int) -> list[Upload]:
        def is_old(upload: Upload) -> bool:
            return upload.expires_at < (used_since if upload.document_id else unused_since)

        return [u for u in self.world.uploads.values() if is_old(u)][:limit]

    def forget(self, upload_id: UUID) -> None:
        del self.world.uploads[upload_id]


@dataclass
class FakeDesk:
    world: World
    base: KnowledgeBase
    settings: IndexSettings

    def running_task(self) -> UUID | None:
        mine = (t for t, v in self.world.tasks.items() if v["base"] == self.base.uuid)
        return next((t for t in mine if self.world.tasks[t]["status"] == "PENDING"), None)

    def _ids(self, wanted: Callable[[Row], bool]) -> list[int]:
        mine = (row for row in self.world.rows.values() if row.base == self.base.uuid)
        return [row.id for row in mine if wanted(row)]

    def unindexed(self) -> list[int]:
        signature = self.settings.signature
        return self._ids(
            lambda row: (
                row.status in {"uploaded", "failed"}
                or (row.status == "indexed" and row.indexed_with != signature)
            )
        )

    def uploaded(self) -> list[int]:
        return self._ids(lambda row: row.status == "uploaded")

    def open_task(self, task_id: UUID) -> None:
        self.world.tasks[task_id] = {"base": self.base.uuid, "status": "PENDING", "documents": []}

    def finished_task(self, task_id: UUID) -> None:
        self.world.tasks[task_id] = {"base": self.base.uuid, "status": "SUCCESS", "documents": []}

    def replace(
        self, upload: Upload, kept: KeptTables | None
    ) -> tuple[StoredDocument, UUID | None] | None:
        row = self.world.rows.get(upload.refreshes or 0)
        ticket = self.world.uploads.get(upload.id)
        if row is None or ticket is None:
            return None
        if ticket.document_id is not None:
            return stored(row), row.task_id
        row.object_key, row.size_bytes, row.kept = upload.object_key, upload.size_bytes, kept
        self.world.uploads[upload.id] = replace(ticket, document_id=row.id)
        return stored(row), None

    def enlist(self, task_id: UUID, document_ids: Sequence[int]) -> None:
        for number in document_ids:
            self.world.revisions += 1
            row = self.world.rows[number]
            row.status, row.task_id, row.revision = "indexing", task_id, self.world.revisions
            self.world.tasks[task_id]["documents"].append(number)
            self.world.jobs.append((number, task_id))


@dataclass
class FakeTasks:
    world: World

    @contextmanager
    def desk(self, *, user_id: int, reference: int | UUID) -> Iterator[FakeDesk | None]:
        base = FakeKnowledgeBases(self.world).find(user_id=user_id, reference=reference)
        yield FakeDesk(self.world, base, settings_of(base)) if base else None

    def status(self, *, user_id: int, task_id: UUID) -> TaskStatus | None:
        task = self.world.tasks.get(task_id)
        if task is None or self.world.owners[task["base"]] != user_id:
            return None
        total = len(task["documents"])
        progress = Progress(done=0, total=total, failed=0, stage="")
        return TaskStatus(
            task_id=task_id, status=task["status"], result=None, error=None, progress=progress
        )


def settings_of(base: KnowledgeBase) -> IndexSettings:
    return IndexSettings(
        embedding_model=base.embedding_model,
        chunk_size=base.chunk_size,
        chunk_overlap=base.chunk_overlap,
    )


@dataclass
class FakeRuns:
    world: World

    def claim(self, document_id: int, *, owner: str) -> Claim | None:
        row = self.world.rows.get(document_id)
        if row is None or row.status != "indexing":
            return None
        if row.lease_owner not in {None, owner, *self.world.dead}:
            raise HeldByAnother
        settings = settings_of(self.world.bases[row.base])
        continues = row.building_space is not None and row.building_with == settings.signature
        if row.building_space is not None and not continues:
            assert row.revision is not None
            self.world.stale.append(_stale(row, row.revision, row.building_space))
            self.world.revisions += 1
            row.revision, row.building_space = self.world.revisions, None
        row.attempts += 1
        row.lease_owner, row.building_with = owner, settings.signature
        row.reached = row.reached if continues else 0
        assert row.revision is not None
        return Claim(
            document_id=row.id,
            revision=row.revision,
            owner=owner,
            user_id=row.user_id,
            knowledge_base_uuid=row.base,
            task_id=row.task_id,
            name=row.name,
            object_key=row.object_key,
            settings=settings,
            attempts=row.attempts,
            reached=row.reached,
            space=row.building_space if continues else None,
        )

    def _held(self, claim: Claim) -> Row:
        row = self.world.rows.get(claim.document_id)
        is_mine = row and (row.revision, row.lease_owner, row.status) == (
            claim.revision,
            claim.owner,
            "indexing",
        )
        if row is None or not is_mine:
            raise LeaseLost
        return row

    def renew(self, claim: Claim) -> None:
        self._held(claim)

    def tell(self, claim: Claim, stage: str) -> None:
        self._held(claim).stage = stage

    def enter_space(self, claim: Claim, space: VectorSpace) -> None:
        self._held(claim).building_space = space

    def reach(self, claim: Claim, chunks: int, *, stage: str) -> None:
        row = self._held(claim)
        row.reached, row.stage, row.attempts = chunks, stage, 1 if chunks else row.attempts

    def wait(self, claim: Claim, stage: str) -> None:
        row = self._held(claim)
        row.stage, row.lease_owner, row.attempts = stage, None, max(0, row.attempts - 1)

    def others_wait(self, claim: Claim) -> bool:
        rows = (row for row in self.world.rows.values() if row.id != claim.document_id)
        return any(row.status == "indexing" and row.lease_owner is None for row in rows)

    def make_way(self, claim: Claim, stage: str) -> None:
        self.wait(claim, stage)
        self.world.jobs.append((claim.document_id, claim.task_id))

    def succeed(self, claim: Claim, *, chunks: int, space: VectorSpace) -> None:
        row = self._held(claim)
        if row.active_revision is not None and row.active_space is not None:
            self.world.stale.append(_stale(row, row.active_revision, row.active_space))
        row.status, row.lease_owner, row.error = "indexed", None, None
        row.active_revision, row.active_space = claim.revision, space
        row.indexed_with, row.chunks, row.building_space = claim.settings.signature, chunks, None
        self.world.events.append(("indexed", row.id))

    def keep(self, claim: Claim) -> None:
        row = self._held(claim)
        row.status, row.error, row.lease_owner = "indexed", None, None
        row.revision = row.active_revision

    def drop(self, claim: Claim) -> None:
        del self.world.rows[self._held(claim).id]

    def fail(self, claim: Claim, *, reason: str) -> None:
        row = self._held(claim)
        if row.building_space is not None:
            self.world.stale.append(_stale(row, claim.revision, row.building_space))
        row.status, row.error, row.lease_owner, row.building_space = "failed", reason, None, None
        self.world.events.append(("failed", row.id))


def _stale(row: Row, revision: int, space: VectorSpace) -> StaleVectors:
    return StaleVectors(
        revision=revision, knowledge_base_uuid=row.base, space=space, document_id=row.id
    )


@dataclass
class FakeLeases:
    """check: called each time the work asks whether it may go on."""

    check: Callable[[], None] = lambda: None

    @contextmanager
    def kept(self, _claim: Claim) -> Iterator[Callable[[], None]]:
        yield self.check


@dataclass
class FakeExtractor:
    """One paragraph per line of the file; a file that starts with `!` is unreadable."""

    def extract(self, path: Path, _kind: str, *, timeout_s: float) -> ExtractedDocument:
        text = path.read_text()
        if text.startswith("!"):
            raise ExtractionFailed(text[1:])
        return ExtractedDocument(blocks=[Block(text=line) for line in text.splitlines()])


def no_pages(*_: object) -> ExtractedDocument:
    """For documents that are no pages of links."""
    raise AssertionError("no page is read here")


class Crash(BaseException):
    """The process dies here."""


@dataclass
class FakeEmbedder:
    """Vectors of two numbers. before: called with every batch."""

    before: Callable[[Sequence[str]], None] = lambda _texts: None
    dimension: int = 2

    def embed(self, _model: str, texts: Sequence[str]) -> list[bytes]:
        self.before(texts)
        return [struct.pack(f"<{self.dimension}f", *([1.0] * self.dimension)) for _ in texts]


@dataclass
class FakeVectors:
    """Rows by their ids, as in Milvus. before: called with every batch."""

    rows: dict[tuple[int, int, int], str] = field(default_factory=dict)
    before: Callable[[Sequence[IndexedChunk]], None] = lambda _chunks: None
    opened: set[VectorSpace] = field(default_factory=set)

    def open(self, _base: UUID, space: VectorSpace) -> None:
        self.opened.add(space)

    def put(self, _base: UUID, space: VectorSpace, chunks: Sequence[IndexedChunk]) -> None:
        self.before(chunks)
        assert space in self.opened
        for one in chunks:
            self.rows[one.document_id, one.revision, one.chunk.index] = one.chunk.text

    def seal(
        self, _base: UUID, _space: VectorSpace, *, document_id: int, revision: int, chunks: int
    ) -> int:
        mine = [key for key in self.rows if key[:2] == (document_id, revision)]
        for key in mine:
            if key[2] >= chunks:
                del self.rows[key]
        return sum(key[2] < chunks for key in mine)

    def purge(self, stale: StaleVectors) -> None:
        for key in [key for key in self.rows if key[1] == stale.revision]:
            del self.rows[key]
