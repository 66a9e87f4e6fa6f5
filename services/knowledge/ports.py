"""What knowledge's use cases need from outside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from chassis.web_address import WebAddress
from contracts.rpc.knowledge import (
    CreateKnowledgeBase,
    Kind,
    KnowledgeBase,
    Link,
    TaskStatus,
)
from services.knowledge.domain.data_query import (
    DataDocument,
    DescribedTable,
    NamedTable,
    QueryAnswer,
    ValueMatch,
)
from services.knowledge.domain.data_table import DataTable, KeptTables
from services.knowledge.domain.document import NamedDocument, StoredDocument, Upload
from services.knowledge.domain.extraction import ExtractedDocument
from services.knowledge.domain.index_run import (
    Claim,
    IndexedChunk,
    StaleVectors,
    Vector,
)
from services.knowledge.domain.index_settings import VectorSpace
from services.knowledge.domain.link import (
    FetchedPage,
    LinkChange,
    LinkedPage,
    NewLink,
    PageFacts,
)
from services.knowledge.domain.media_types import ReadKind as MediaKind
from services.knowledge.domain.ranking import Hit
from services.knowledge.domain.sampling import ChunkKey, IndexedBase
from services.knowledge.domain.search import FoundDocument, SearchedBase, StoredChunk

Reference = int | UUID
Clock = Callable[[], datetime]


class KnowledgeBases(Protocol):
    """The knowledge bases of users; each call is one transaction."""

    def add(self, request: CreateKnowledgeBase, *, uuid: UUID) -> KnowledgeBase:
        """As stored."""

    def of_user(self, user_id: int, *, after: int | None, limit: int) -> list[KnowledgeBase]:
        """Newest first, those behind the id `after`."""

    def find(self, *, user_id: int, reference: Reference) -> KnowledgeBase | None:
        """None also where it is somebody else's."""

    def change(
        self,
        *,
        user_id: int,
        reference: Reference,
        changes: Mapping[str, Any],
        check: Callable[[KnowledgeBase], None],
    ) -> KnowledgeBase | None:
        """As it is then; `check` sees it before, locked, and may raise. None as above.

        Documents indexed with other settings are `uploaded` again; they answer meanwhile.
        """

    def remove(self, *, user_id: int, reference: Reference) -> UUID | None:
        """Its UUID; announced. None as above."""


class UserRemoval(Protocol):
    """What a user leaves behind."""

    def remove(self, user_id: int, *, consumer: str, message_id: UUID) -> int:
        """Everything of theirs, once per message, in one transaction. Returns how many knowledge bases."""


class Documents(Protocol):
    """Stored documents; each call is one transaction."""

    def of_base(
        self, *, user_id: int, knowledge_base_id: int, kind: Kind, after: int | None, limit: int
    ) -> list[StoredDocument]:
        """Oldest first, those behind the id `after`."""

    def named(
        self, *, user_id: int, name: str, knowledge_base_id: int | None
    ) -> list[NamedDocument]:
        """Files, Excels and data Excels of that name, newest first."""

    def remove(self, *, user_id: int, document_id: int) -> Kind | None:
        """What it was; None where it is not there, somebody else's, or a page of a link."""


class Uploads(Protocol):
    """Tickets of uploads; each call is one transaction."""

    def add(self, upload: Upload) -> bool:
        """Remember a ticket; False where its knowledge base has gone meanwhile."""

    def find(self, *, user_id: int, upload_id: UUID) -> Upload | None:
        """None also where it is somebody else's."""

    def reserve(self, upload: Upload, keys: Sequence[str]) -> bool:
        """Objects that belong to the ticket: cleared away unless it is completed soon.

        False where the ticket has gone: nothing may be stored for it any more.
        """

    def complete(self, upload: Upload, kept: KeptTables | None) -> StoredDocument | None:
        """The document it has become, made by the first call, the same for each further one.

        None where its knowledge base, or that document, has gone.
        """

    def reject(self, upload_id: UUID, *, reason: str) -> None:
        """Its bytes are not wanted."""

    def expired(self, *, unused_since: datetime, used_since: datetime, limit: int) -> list[Upload]:
        """Tickets that expired before the one moment, or were completed and expired before the
        other."""

    def forget(self, upload_id: UUID) -> None:
        """Drop a ticket."""


class EmbeddingModels(Protocol):
    """Which embedding models there are."""

    def has(self, name: str) -> bool:
        """Raises Unavailable."""


class ObjectStore(Protocol):
    """Bytes by key. Every method but the signing ones raises Unavailable ("Object storage")."""

    def put_url(self, key: str, *, size_bytes: int, lifetime: timedelta) -> str:
        """Where exactly so many bytes may be PUT."""

    def get_url(self, key: str, *, file_name: str, lifetime: timedelta) -> str:
        """Where a browser downloads it under that name."""

    def size(self, key: str) -> int | None:
        """Bytes stored; None where nothing is."""

    def head(self, key: str, *, length: int) -> bytes:
        """Its first bytes."""

    def download(self, key: str, target: Path) -> bool:
        """Write it to a file; False where nothing is stored."""

    def upload(self, key: str, source: Path) -> None:
        """Store a file's bytes, in place of what is there."""

    def delete(self, key: str) -> None:
        """Also where nothing is stored."""


class TaskDesk(Protocol):
    """One knowledge base, locked for the length of a transaction."""

    def running_task(self) -> UUID | None:
        """The task that indexes now; it cannot end before the transaction does."""

    def unindexed(self) -> list[int]:
        """Documents that are uploaded, failed, or indexed with other settings."""

    def uploaded(self) -> list[int]:
        """Documents that no task has taken yet."""

    def open_task(self, task_id: UUID) -> None:
        """A running task without documents."""

    def finished_task(self, task_id: UUID) -> None:
        """A task that had nothing to do."""

    def enlist(self, task_id: UUID, document_ids: Iterable[int]) -> None:
        """Make them documents of the task, under a new revision, with one job each.

        What was being built of them never answers; whoever builds it loses its claim.
        """

    def replace(
        self, upload: Upload, kept: KeptTables | None
    ) -> tuple[StoredDocument, UUID | None] | None:
        """The document with the ticket's bytes in the place of its own; None where it has gone.

        The task that indexes them is told where the ticket had been completed before.
        """


class Tasks(Protocol):
    """Indexing tasks."""

    def desk(
        self, *, user_id: int, reference: Reference
    ) -> AbstractContextManager[TaskDesk | None]:
        """A transaction; leaving commits, an exception rolls back. None: no such knowledge base."""

    def status(self, *, user_id: int, task_id: UUID) -> TaskStatus | None:
        """None also where it is somebody else's."""


class IndexRuns(Protocol):
    """Documents on their way into the index; each call is one transaction.

    A method that takes a claim raises LeaseLost, and changes nothing, once the claim is void.
    """

    def claim(self, document_id: int, *, owner: str) -> Claim | None:
        """None when there is nothing to do (any more). Raises HeldByAnother."""

    def renew(self, claim: Claim) -> None:
        """Keep the lease for another while."""

    def tell(self, claim: Claim, stage: str) -> None:
        """What is being done, in words."""

    def enter_space(self, claim: Claim, space: VectorSpace) -> None:
        """Remember where its vectors go, before the first goes there."""

    def reach(self, claim: Claim, chunks: int, *, stage: str) -> None:
        """So many chunks, from the first on, are in the index; 0 starts over."""

    def wait(self, claim: Claim, stage: str) -> None:
        """Give the lease back without blame: a part is away, or the process ends."""

    def others_wait(self, claim: Claim) -> bool:
        """Whether another document, of whomever, could be worked on and is not."""

    def make_way(self, claim: Claim, stage: str) -> None:
        """Give the lease back without blame, for a new job behind those that wait."""

    def succeed(self, claim: Claim, *, chunks: int, space: VectorSpace) -> None:
        """The new revision answers from now on, the old one is stale; announced."""

    def fail(self, claim: Claim, *, reason: str) -> None:
        """It ends here; what answered before still does; announced."""

    def keep(self, claim: Claim) -> None:
        """What answers is up to date: it ends as indexed, and nothing was built."""

    def drop(self, claim: Claim) -> None:
        """The document is not wanted (any more): it goes, with all that is stored of it."""


class PageRuns(Protocol):
    """What else is told of a page of a link on its way into the index; as `IndexRuns`."""

    def tell(self, claim: Claim, stage: str) -> None:
        """What is being done, in words."""

    def turn(self, claim: Claim, *, delay_s: float, patience_s: float) -> float | None:
        """Seconds until this page may be fetched; the link's next one waits longer.

        None, and nothing is changed, where it would have to wait longer than patience_s.
        """

    def fetched(self, claim: Claim, facts: PageFacts, *, limit: int) -> None:
        """Remember it, and take in the pages found, `limit` at most in all, with a job each.

        Raises PageGone where another page of the link is the same one.
        """


class WebPages(Protocol):
    """The web."""

    def fetch(self, url: str, *, may_be_gone: bool) -> FetchedPage:
        """Raises ExtractionFailed; PageGone for what is not there, where it may be."""


class Site(Protocol):
    """What a website tells crawlers; nothing is remembered for long."""

    def allows(self, url: str) -> bool:
        """By its robots.txt; by none, everything. Raises ExtractionFailed while that cannot be read."""

    def delay_s(self, url: str) -> float:
        """What its robots.txt asks for between two pages, within reason; 0 for nothing."""

    def mapped(self, address: WebAddress) -> list[str]:
        """Pages in its sitemaps; none where there is no readable one."""


class LinkedPages(Protocol):
    """Reads the documents that are pages of links."""

    def __call__(
        self, claim: Claim, page: LinkedPage, folder: Path, check: Callable[[], None]
    ) -> ExtractedDocument:
        """The folder is for its bytes.

        Raises ExtractionFailed, PageUnchanged, PageGone and what stops an index run.
        """


class Links(Protocol):
    """The links of users; each call is one transaction."""

    def of_base(
        self, *, user_id: int, knowledge_base_id: int, after: int | None, limit: int
    ) -> list[Link]:
        """Oldest first, those behind the id `after`."""

    def find(self, *, user_id: int, link_id: int) -> Link | None:
        """None also where it is somebody else's."""

    def add(self, link: NewLink) -> Link | None:
        """With its first page, uploaded and not indexed; None where its address is there already."""

    def at(self, *, user_id: int, knowledge_base_id: int, address: str) -> Link | None:
        """The link of that address."""

    def change(self, *, user_id: int, link_id: int, change: LinkChange) -> Link | None:
        """None where it is not there. Raises AddressTaken. What has to be fetched anew gets its job."""

    def remove(self, *, user_id: int, link_id: int) -> bool:
        """With its pages; False where it is not there."""


class DueLinks(Protocol):
    """Links that are to be fetched again."""

    def refresh(self, *, limit: int) -> int:
        """Begin with those whose time has come; how many."""


class Leases(Protocol):
    """Keeps leases alive beside the work."""

    def kept(self, claim: Claim) -> AbstractContextManager[Callable[[], None]]:
        """Renews until the block ends; the callable raises LeaseLost once it could not, Interrupted
        when the process is to end."""


class Embedder(Protocol):
    """Texts to vectors."""

    def embed(self, model: str, texts: Sequence[str]) -> list[Vector]:
        """One per text, at most 96 of them. Raises Unavailable, ModelRefused."""


class VectorIndex(Protocol):
    """Chunks with their vectors. Every method raises Unavailable ("The vector store")."""

    def open(self, base: UUID, space: VectorSpace) -> None:
        """Make room for the base's vectors of that space; idempotent."""

    def put(self, base: UUID, space: VectorSpace, chunks: Sequence[IndexedChunk]) -> None:
        """Under ids of document, revision and number: a repeat overwrites."""

    def seal(
        self, base: UUID, space: VectorSpace, *, document_id: int, revision: int, chunks: int
    ) -> int:
        """Drop what lies beyond the revision's last chunk, make the rest last; how many it has."""

    def purge(self, stale: StaleVectors) -> None:
        """Drop a revision; also where nothing of it is."""

    def purge_base(self, base: UUID) -> None:
        """Drop all of a knowledge base, its collections too; also where nothing of it is."""


class Jobs(Protocol):
    """The queue that documents wait in."""

    def waiting(self) -> int:
        """Jobs that no worker has taken yet, delayed ones included. Raises Unavailable."""


class IndexCare(Protocol):
    """What sweeping needs; each call is one transaction."""

    def alone(self) -> AbstractContextManager[bool]:
        """True for one process at a time; no transaction is open meanwhile."""

    def adopt_orphans(self, *, silent_for: timedelta) -> int:
        """Give a new job to documents that are to be indexed and that nobody works on."""

    def finish_tasks(self) -> int:
        """End tasks whose documents have all ended."""

    def forget_tasks(self, *, ended_for: timedelta) -> int:
        """Drop tasks that ended so long ago, with what they tell of their documents; how many."""

    def stale(self, *, older_than: timedelta, limit: int) -> list[StaleVectors]:
        """Revisions that no search asks for any more."""

    def forget_stale(self, stale: StaleVectors) -> None:
        """They are gone; told once more later, in case a writer was late."""

    def stale_bases(self, *, older_than: timedelta, limit: int) -> list[UUID]:
        """Knowledge bases that went."""

    def forget_base(self, uuid: UUID) -> None:
        """Its vectors are gone; told once more later, as above."""

    def stale_objects(self, *, limit: int) -> list[str]:
        """Keys of stored bytes that no document names any more."""

    def forget_object(self, key: str) -> None:
        """It is gone."""


class Extractor(Protocol):
    """Reads documents."""

    def extract(self, path: Path, kind: MediaKind, *, timeout_s: float) -> ExtractedDocument:
        """Raises ExtractionFailed."""


class TableReader(Protocol):
    """Reads spreadsheets as tables."""

    def read(self, path: Path, kind: MediaKind, folder: Path) -> list[DataTable]:
        """One per sheet that holds one, kept as `<n>.parquet` in the folder.

        Raises ExtractionFailed, Unavailable.
        """


class SearchedBases(Protocol):
    """What a search reads of PostgreSQL; each call is one query."""

    async def find(self, *, user_id: int, uuid: UUID) -> SearchedBase | None:
        """None also where it is somebody else's."""

    async def documents(self, document_ids: Iterable[int]) -> dict[int, FoundDocument]:
        """By id; without those that are gone."""


class PassageIndex(Protocol):
    """Chunks to be found. Every method raises Unavailable ("The vector store")."""

    async def dense(
        self, base: UUID, space: VectorSpace, vector: Vector, *, without: Sequence[int], limit: int
    ) -> list[Hit]:
        """Best first, by cosine, leaving out the revisions `without`."""

    async def sparse(
        self, base: UUID, space: VectorSpace, query: str, *, without: Sequence[int], limit: int
    ) -> list[Hit]:
        """Best first, by BM25; only what shares a term with the query."""

    async def chunks(
        self, base: UUID, space: VectorSpace, chunk_ids: Sequence[str]
    ) -> dict[str, StoredChunk]:
        """By id; without those that are gone."""


class QueryEmbedder(Protocol):
    """A question to a vector."""

    async def embed_query(self, model: str, text: str) -> Vector:
        """Raises Unavailable, ModelRefused."""


class Reranker(Protocol):
    """A second opinion on passages."""

    async def relevance(self, model: str, query: str, texts: Sequence[str]) -> list[float]:
        """One per text, 0 to 1. Raises Unavailable, ModelRefused."""


class IndexedBases(Protocol):
    """Knowledge bases as searches find them."""

    def find(self, *, user_id: int, reference: Reference) -> IndexedBase | None:
        """With the documents that answer now. None also where it is somebody else's."""


class ChunkReader(Protocol):
    """Chunks by their places."""

    def read(self, base: UUID, keys: Sequence[ChunkKey]) -> dict[ChunkKey, StoredChunk]:
        """Without those that are gone. Raises Unavailable ("The vector store")."""


class DataDocuments(Protocol):
    """Data Excels with their tables."""

    async def of_base(self, *, user_id: int, uuid: UUID) -> list[DataDocument] | None:
        """None where there is no such base, or it is somebody else's."""


class TableEngine(Protocol):
    """Reads data tables. Every method raises Unavailable."""

    async def describe(self, tables: Sequence[NamedTable]) -> list[DescribedTable]:
        """In the same order; of a table that is too large to look through, what was known before."""

    async def matches(self, tables: Sequence[NamedTable], question: str) -> list[ValueMatch]:
        """Best first."""

    async def query(self, tables: Sequence[NamedTable], sql: str, *, max_rows: int) -> QueryAnswer:
        """Cancelling ends it. Raises InvalidRequest, TooLarge (a limit of time or memory)."""
