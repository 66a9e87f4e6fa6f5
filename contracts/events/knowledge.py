"""Facts that knowledge announces on the exchange `knowledge.events`."""

from typing import ClassVar
from uuid import UUID

from contracts.events.envelope import Event


class DocumentIndexed(Event):
    """A document's passages can be found from now on. chunks: how many, > 0."""

    TYPE: ClassVar[str] = "knowledge.document_indexed.v1"

    user_id: int
    knowledge_base_uuid: UUID
    document_id: int
    document_name: str
    task_id: UUID | None
    chunks: int


class DocumentFailed(Event):
    """A document could not be indexed; `reason` is for people."""

    TYPE: ClassVar[str] = "knowledge.document_failed.v1"

    user_id: int
    knowledge_base_uuid: UUID
    document_id: int
    document_name: str
    task_id: UUID | None
    reason: str


class IndexingFinished(Event):
    """Every document of a task has ended, one way or the other."""

    TYPE: ClassVar[str] = "knowledge.indexing_finished.v1"

    user_id: int
    knowledge_base_uuid: UUID
    task_id: UUID
    indexed: int
    failed: int


class KnowledgeBaseDeleted(Event):
    """A knowledge base is gone, with all that was in it. Consumers: assistants clears its references."""

    TYPE: ClassVar[str] = "knowledge.knowledge_base_deleted.v1"

    user_id: int
    knowledge_base_uuid: UUID
