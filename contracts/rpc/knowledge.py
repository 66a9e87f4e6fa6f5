"""knowledge answers: knowledge bases, documents, indexing tasks. Search is gRPC (`protos/knowledge`)."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal, Protocol, Self
from uuid import UUID

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from contracts.shapes import (
    Instant,
    LongText,
    Name,
    NotABoolean,
    Partial,
    RowId,
    Shape,
    Text,
    Url,
    UserId,
)

_INTERVAL = re.compile(
    r"^\s*(?:(?P<days>\d{1,6})\s*(?:days?,?)?\s+)?(?P<h>\d{1,7}):(?P<m>[0-5]?\d):(?P<s>[0-5]?\d)(?:\.\d+)?\s*$"
)
_INTERVAL_HELP = "Enter an interval as H:MM:SS, D HH:MM:SS, D days, H:MM:SS or a number of seconds."


def parse_interval(value: Any) -> timedelta:
    """`H:MM:SS` (hours unbounded), `D HH:MM:SS`, `D days, H:MM:SS` or a number of seconds."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool) or value is None:
        raise ValueError(_INTERVAL_HELP)
    try:
        if match := _INTERVAL.match(str(value)):
            days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
            return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return timedelta(seconds=int(float(value)))
    except (ValueError, TypeError, OverflowError):
        raise ValueError(_INTERVAL_HELP) from None


def format_interval(interval: timedelta) -> str:
    """`H:MM:SS`, hours unbounded: ten days are `240:00:00`."""
    seconds = int(interval.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


Interval = Annotated[
    timedelta,
    BeforeValidator(parse_interval),
    PlainSerializer(format_interval, when_used="json"),
    Field(ge=timedelta(minutes=1), le=timedelta(days=3650)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^[1-9]\d{0,3}:[0-5]\d:[0-5]\d$"},
                {"type": "integer", "minimum": 60, "maximum": 315_360_000},
            ],
            "description": _INTERVAL_HELP + " One minute to ten years.",
        },
        mode="validation",
    ),
]
Kind = Literal["file", "excel", "data_excel"]
"""What can be uploaded."""
FoundKind = Literal["file", "excel", "data_excel", "link"]
"""What passages are found in; a page of a link is of the kind `link`."""
Method = Literal["dense", "sparse", "hybrid"]
DocumentStatus = Literal["uploaded", "indexing", "indexed", "failed"]
KnowledgeBaseRef = Annotated[str, BeforeValidator(str), Field(min_length=1, max_length=40)]
"""An integer id or a UUID, as text."""


class KnowledgeBaseFields(Partial):
    """What a user decides of a knowledge base; absent means default, or as it was.

    embedding_type and retrieval_method: a search uses what both allow. chunk_size and
    chunk_overlap are tokens of the embedding model's tokenizer. sparse_weightage: 0 is purely
    dense, 1 purely sparse; it counts only where both are used.
    """

    name: Name = ""
    description: LongText = ""
    update_interval: Annotated[Interval, Field(json_schema_extra={"default": "240:00:00"})] = (
        timedelta(days=10)
    )
    embedding_type: Method = "hybrid"
    embedding_model: Annotated[Text, Field(max_length=100)] | None = None
    chunk_size: Annotated[int, Field(ge=32, le=2048), NotABoolean] = 512
    chunk_overlap: Annotated[int, Field(ge=0, le=1024), NotABoolean] = 32
    retrieval_method: Method = "hybrid"
    reranking_enabled: bool = True
    top_k: Annotated[int, Field(ge=1, le=100), NotABoolean] = 10
    top_k_after_reranking: Annotated[int, Field(ge=1, le=100), NotABoolean] = 5
    sparse_weightage: Annotated[float, Field(ge=0, le=1), NotABoolean] = 0.5


class CreateKnowledgeBase(KnowledgeBaseFields):
    """Endpoint 32."""

    user_id: UserId
    name: Name

    @model_validator(mode="after")
    def _overlap_is_smaller(self) -> Self:
        if self.chunk_overlap >= self.chunk_size:
            raise ValueError("chunk_overlap: Must be smaller than chunk_size.")
        return self


class ChangeKnowledgeBase(Shape):
    """Endpoint 33: partial."""

    user_id: UserId
    knowledge_base: KnowledgeBaseRef
    fields: KnowledgeBaseFields


class KnowledgeBase(Shape):
    """The object of endpoint 36."""

    id: RowId
    uuid: UUID
    name: str
    description: str
    created_at: Instant
    updated_at: Instant
    update_interval: Interval
    embedding_type: Method
    embedding_model: str
    chunk_size: int
    chunk_overlap: int
    retrieval_method: Method
    reranking_enabled: bool
    top_k: int
    top_k_after_reranking: int
    sparse_weightage: float
    files_count: int
    links_count: int
    excels_count: int
    data_excels_count: int


class UserRef(Shape):
    """Whose."""

    user_id: UserId


After = RowId | None
"""Lists are answered in pages, because a message of the bus has a limit; None: the first page."""


class ListKnowledgeBases(UserRef):
    """Endpoint 36: the page behind `after`."""

    after: After = None


class KnowledgeBases(Shape):
    """A page, newest first. `next` is None on the last one."""

    knowledge_bases: list[KnowledgeBase]
    next: RowId | None = None


class KnowledgeBaseOf(Shape):
    """One knowledge base of one user, by integer id or UUID."""

    user_id: UserId
    knowledge_base: KnowledgeBaseRef


class KnowledgeBaseRemoved(Shape):
    """Endpoint 34."""

    uuid: UUID


class BeginUpload(Shape):
    """An upload that is about to be made. `file_name` as the client sent it."""

    user_id: UserId
    knowledge_base: KnowledgeBaseRef
    file_name: str
    size_bytes: Annotated[int, Field(ge=0)]
    kind: Kind = "file"


class BeginRefresh(Shape):
    """New bytes for the document called `file_name`; `knowledge_base` where others are called so too."""

    user_id: UserId
    knowledge_base: KnowledgeBaseRef | None = None
    file_name: str
    size_bytes: Annotated[int, Field(ge=0)]


class UploadTicket(Shape):
    """Where the gateway may PUT exactly `size_bytes` bytes, until `expires_at`."""

    upload_id: UUID
    put_url: str
    headers: dict[str, str]
    expires_at: Instant


class CompleteUpload(Shape):
    """The bytes have been PUT."""

    user_id: UserId
    upload_id: UUID


class Document(Shape):
    """A stored document. `s3_url` is a presigned GET that downloads as an attachment."""

    id: RowId
    name: str
    kind: Kind
    s3_url: str
    status: DocumentStatus
    error: str | None
    size: int
    uploaded_at: Instant
    chunks: int


class DataExcel(Document):
    """Endpoint 44. summary: per sheet `Info:` (columns, non-null counts, types) and `Head:` (five rows)."""

    summary: str


class Refreshed(Shape):
    """The document with its new bytes; `task_id` indexes them."""

    document: Document
    task_id: UUID


class DocumentOf(Shape):
    """A file, an Excel or a data Excel of a user: its id alone says which."""

    user_id: UserId
    document_id: RowId


class DocumentRemoved(Shape):
    """Endpoints 7, 12, 29, 30 and 45."""

    document_id: RowId
    kind: Kind


class ListDocuments(Shape):
    """The documents of one kind of a knowledge base: the page behind `after`."""

    user_id: UserId
    knowledge_base: KnowledgeBaseRef
    kind: Kind = "file"
    after: After = None


class Documents(Shape):
    """A page, oldest first. `next` is None on the last one."""

    documents: list[Document]
    next: RowId | None = None


class LinkFields(Partial):
    """What a user decides of a link; absent means default, or as it was.

    grabber_enabled: the pages of the same origin that it leads to are read too. update_dynamically:
    it is fetched again every `update_interval` of its knowledge base.
    """

    url: Url = ""
    title: Annotated[Text, Field(max_length=255)] = ""
    grabber_enabled: bool = False
    update_dynamically: bool = False


class LinkKnowledgeBase(Shape):
    """The links of a knowledge base."""

    user_id: UserId
    knowledge_base: KnowledgeBaseRef


class ListLinks(LinkKnowledgeBase):
    """Endpoints 8 and 26: the page behind `after`."""

    after: After = None


class AddLink(LinkKnowledgeBase):
    """Endpoints 9 and 26: `fields` with a `url`."""

    fields: LinkFields


class CheckLink(Shape):
    """Whether a link could be added, before there is a knowledge base for it."""

    fields: LinkFields


class CheckedLink(Shape):
    """It could. address: the one that all spellings of the URL share."""

    address: str


class LinkOf(Shape):
    """One link of one user."""

    user_id: UserId
    link_id: RowId


class ChangeLink(LinkOf):
    """Endpoint 27, PUT: partial."""

    fields: LinkFields


class Link(Shape):
    """A link with its pages.

    title: the user's, else the page's own, else "". grabbed: it has been fetched. indexed: it is
    found by searches. error: why it could not be read when it was last tried. pages, chunks: what
    searches find of it. next_fetch_at: None unless `update_dynamically`, and before it was fetched.
    """

    id: RowId
    url: str
    title: str
    created_at: Instant
    updated_at: Instant
    grabber_enabled: bool
    update_dynamically: bool
    grabbed: bool
    indexed: bool
    status: DocumentStatus
    error: str | None
    pages: int
    chunks: int
    next_fetch_at: Instant | None


class Links(Shape):
    """A page, oldest first. `next` is None on the last one."""

    links: list[Link]
    next: RowId | None = None


class LinkDeleted(Shape):
    """Endpoints 13 and 27."""

    link_id: RowId


class TaskStarted(Shape):
    """The task that indexes now, be it new or already under way."""

    task_id: UUID


class TaskOf(Shape):
    """A task of a user; `task_id` as the client sent it."""

    user_id: UserId
    task_id: str


class Progress(Shape):
    """Documents done (failed ones included), in all, and failed; `stage` in words."""

    done: int
    total: int
    failed: int
    stage: str


class TaskStatus(Shape):
    """Endpoint 37. SUCCESS: at least one document was indexed, or none had to be.

    result: `indexed` and `failed_count` documents, `chunks`, and the first 100 in `failed`.
    """

    task_id: UUID
    status: Literal["PENDING", "SUCCESS", "FAILURE"]
    result: dict[str, Any] | None
    error: str | None
    progress: Progress


class SamplePassages(Shape):
    """`count` passages over the whole knowledge base, each document in turn; the same for the same seed."""

    user_id: UserId
    knowledge_base: KnowledgeBaseRef
    count: Annotated[int, Field(ge=0, le=200)]
    seed: Annotated[int, Field(ge=0)] = 0


class SampledPassage(Shape):
    """A chunk as searches find it. heading: " > " between levels; "" where there is none."""

    document_id: RowId
    document_name: str
    kind: str
    chunk: int
    heading: str
    text: str
    page: int | None


class SampledPassages(Shape):
    """version: another one after anything that searches find has changed; "" when nothing is indexed.

    documents, chunks: how many are indexed in all.
    """

    knowledge_base: UUID
    version: str
    documents: int
    chunks: int
    passages: list[SampledPassage]


class Knowledge(Protocol):
    """RPC service `knowledge`. NotFound has `what`: knowledge_base, document, upload, task, link."""

    def create_knowledge_base(self, request: CreateKnowledgeBase) -> KnowledgeBase:
        """Raises InvalidRequest (unknown embedding_model)."""

    def list_knowledge_bases(self, request: ListKnowledgeBases) -> KnowledgeBases:
        """Those of the user, a page of them."""

    def get_knowledge_base(self, request: KnowledgeBaseOf) -> KnowledgeBase:
        """Raises NotFound."""

    def update_knowledge_base(self, request: ChangeKnowledgeBase) -> KnowledgeBase:
        """Raises NotFound, InvalidRequest on the field (also where it does not fit a stored one).

        Other chunking or another embedding model: documents are `uploaded` again, and answer as
        they are until they are indexed anew.
        """

    def delete_knowledge_base(self, request: KnowledgeBaseOf) -> KnowledgeBaseRemoved:
        """Raises NotFound. Nothing is found from now on; bytes and vectors go by themselves."""

    def begin_upload(self, request: BeginUpload) -> UploadTicket:
        """Raises NotFound, InvalidRequest on `file` (unsupported, empty), TooLarge, Unavailable."""

    def complete_upload(self, request: CompleteUpload) -> Document:
        """Raises NotFound, InvalidRequest on `file` (not what its name says, length differs), Unavailable.

        Idempotent: completing again answers the same document.
        """

    def complete_data_upload(self, request: CompleteUpload) -> DataExcel:
        """The same for the kind `data_excel`; also raises InvalidRequest on `file` where its tables
        cannot be read. It reads them before it answers: seconds."""

    def begin_refresh(self, request: BeginRefresh) -> UploadTicket:
        """As `begin_upload`; also raises InvalidRequest on `kb_uuid` (documents of several bases)."""

    def complete_refresh(self, request: CompleteUpload) -> Refreshed:
        """As `complete_upload`. The old passages answer until the new ones do."""

    def delete_document(self, request: DocumentOf) -> DocumentRemoved:
        """Raises NotFound. It is found no more; its bytes and vectors go by themselves."""

    def list_documents(self, request: ListDocuments) -> Documents:
        """A page. Raises NotFound."""

    def list_links(self, request: ListLinks) -> Links:
        """A page. Raises NotFound."""

    def check_link(self, request: CheckLink) -> CheckedLink:
        """Raises InvalidRequest on `url`, as `add_link` does."""

    def add_link(self, request: AddLink) -> Link:
        """Raises NotFound, InvalidRequest on `url` (no web address, or one that may not be reached).

        A URL that is there already answers its link, changed as the request says.
        """

    def update_link(self, request: ChangeLink) -> Link:
        """Raises NotFound, InvalidRequest on `url`. Another URL, or the grabber: fetched anew at once."""

    def delete_link(self, request: LinkOf) -> LinkDeleted:
        """Raises NotFound. Its pages are found no more; their bytes and vectors go by themselves."""

    def start_indexing(self, request: KnowledgeBaseOf) -> TaskStarted:
        """Raises NotFound. Indexes what is not indexed yet; a running task is answered again."""

    def get_task(self, request: TaskOf) -> TaskStatus:
        """Raises NotFound."""

    def sample_passages(self, request: SamplePassages) -> SampledPassages:
        """Raises NotFound. With a count of 0 it says the version alone; fewer where there are fewer."""
