"""knowledge's tables."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Interval,
    MetaData,
    Sequence,
    String,
    Table,
    Text,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.inbox import inbox_table
from chassis.outbox import outbox_table

metadata = MetaData()
_MOMENT = DateTime(timezone=True)

knowledge_base = Table(
    "knowledge_base",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("description", Text, nullable=False),
    Column("update_interval", Interval, nullable=False),
    Column("embedding_type", Text, nullable=False),
    Column("embedding_model", Text),  # null: the model that the installation uses
    Column("chunk_size", Integer, nullable=False),
    Column("chunk_overlap", Integer, nullable=False),
    Column("retrieval_method", Text, nullable=False),
    Column("reranking_enabled", Boolean, nullable=False),
    Column("top_k", Integer, nullable=False),
    Column("top_k_after_reranking", Integer, nullable=False),
    Column("sparse_weightage", Float, nullable=False),
    Column("created_at", _MOMENT, nullable=False, server_default=func.now()),
    Column("updated_at", _MOMENT, nullable=False, server_default=func.now()),
)

link = Table(
    "link",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column(
        "knowledge_base_id", ForeignKey("knowledge_base.id", ondelete="CASCADE"), nullable=False
    ),
    Column("url", Text, nullable=False),  # as its user wrote it
    Column("address", Text, nullable=False),  # the same for all spellings of it
    Column("title", String(255), nullable=False),
    Column("grabber_enabled", Boolean, nullable=False),
    Column("update_dynamically", Boolean, nullable=False),
    Column("polite_at", _MOMENT, nullable=False, server_default=func.now()),  # next page, at most
    Column("created_at", _MOMENT, nullable=False, server_default=func.now()),
    Column("updated_at", _MOMENT, nullable=False, server_default=func.now()),
    Index("link_address", "knowledge_base_id", "address", unique=True),
)
"""What a user added; its pages are documents, the first of them at depth 0."""

document_revision = Sequence("document_revision", metadata=metadata)
"""Revisions are unique over all documents, so that a search can exclude them by number alone."""

document = Table(
    "document",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column(
        "knowledge_base_id",
        ForeignKey("knowledge_base.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("kind", Text, nullable=False),
    Column("name", String(255), nullable=False),
    Column("object_key", Text, nullable=False, unique=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("uploaded_at", _MOMENT, nullable=False, server_default=func.now()),
    Column("status", Text, nullable=False, server_default="uploaded"),
    Column("error", Text),
    Column("task_id", Uuid),
    # Data Excels only.
    Column("summary", Text),
    Column("tables", JSONB, nullable=False, server_default="[]"),  # of domain.table.StoredTable
    # What answers now.
    Column("active_revision", BigInteger),
    Column("active_space", Text),
    Column("indexed_with", Text),
    Column("chunks", Integer, nullable=False, server_default="0"),
    # What is being built; equal to the active one when nothing is.
    Column("revision", BigInteger),
    Column("building_space", Text),
    Column("building_with", Text),
    Column("reached", Integer, nullable=False, server_default="0"),  # chunks that are in for sure
    Column("attempts", Integer, nullable=False, server_default="0"),  # without getting further
    Column("lease_owner", Text),
    Column("lease_until", _MOMENT),
    Column("touched_at", _MOMENT, nullable=False, server_default=func.now()),
    # Pages of links only.
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE")),
    Column("url", Text),
    Column("depth", Integer),  # links followed from the first page, whose depth is 0
    Column("media_kind", Text),  # of the bytes that are stored
    Column("fetched_revision", BigInteger),  # the one that the stored bytes were fetched for
    Column("fetched_at", _MOMENT),  # the last try
    Column("fetched_hash", Text),  # of the text in the stored bytes
    Column("content_hash", Text),  # of the text that answers
    CheckConstraint(
        "status in ('uploaded', 'indexing', 'indexed', 'failed')", name="document_status"
    ),
    Index("document_indexing", "touched_at", postgresql_where=text("status = 'indexing'")),
    Index("document_page", "link_id", "url", unique=True),
    Index("document_name", "user_id", "name"),
)

upload = Table(
    "upload",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column(
        "knowledge_base_id", ForeignKey("knowledge_base.id", ondelete="CASCADE"), nullable=False
    ),
    Column("name", String(255), nullable=False),
    Column("kind", Text, nullable=False),
    Column("object_key", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("expires_at", _MOMENT, nullable=False, index=True),
    Column("document_id", BigInteger),
    Column("rejection", Text),
    Column("refreshes", BigInteger),  # the document that gets these bytes
)

task = Table(
    "task",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("knowledge_base_id", ForeignKey("knowledge_base.id", ondelete="SET NULL")),
    Column("status", Text, nullable=False),
    Column("error", Text),
    Column("created_at", _MOMENT, nullable=False, server_default=func.now()),
    Column("finished_at", _MOMENT),
    Index(
        "task_one_running",
        "knowledge_base_id",
        unique=True,
        postgresql_where=text("status = 'PENDING'"),
    ),
)

task_document = Table(
    "task_document",
    metadata,
    Column("task_id", ForeignKey("task.id", ondelete="CASCADE"), primary_key=True),
    Column("document_id", BigInteger, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("stage", Text, nullable=False, server_default=""),
    Column("error", Text),
    Column("chunks", Integer, nullable=False, server_default="0"),
    Column("updated_at", _MOMENT, nullable=False, server_default=func.now()),
    CheckConstraint(
        "state in ('waiting', 'running', 'indexed', 'failed')", name="task_document_state"
    ),
)

stale_vectors = Table(
    "stale_vectors",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("knowledge_base_uuid", Uuid, nullable=False, index=True),
    Column("space", Text, nullable=False),
    Column("document_id", BigInteger, nullable=False),
    Column("is_purged", Boolean, nullable=False, server_default=false()),  # once; see sweeping
    Column("since", _MOMENT, nullable=False, server_default=func.now()),
)

stale_base = Table(
    "stale_base",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("is_purged", Boolean, nullable=False, server_default=false()),
    Column("since", _MOMENT, nullable=False, server_default=func.now()),
)
"""Knowledge bases that went, whose vectors may still be there."""

stale_object = Table(
    "stale_object",
    metadata,
    Column("object_key", Text, primary_key=True),
    Column("since", _MOMENT, nullable=False, server_default=func.now()),
)
"""Stored bytes that no document names any more."""

outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
