"""Change what a user decides of a knowledge base, or delete it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from contracts.errors import InvalidRequest
from contracts.rpc.knowledge import (
    ChangeKnowledgeBase,
    KnowledgeBase,
    KnowledgeBaseOf,
    KnowledgeBaseRemoved,
)
from services.knowledge import ports
from services.knowledge.domain.references import parse_reference
from services.knowledge.usecases.create_knowledge_base import check_model
from services.knowledge.usecases.find_knowledge_base import no_such_base

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterKnowledgeBase:
    """Endpoint 33. Other chunking or another model: documents wait to be indexed anew."""

    bases: ports.KnowledgeBases
    models: ports.EmbeddingModels
    default_model: str

    def __call__(self, request: ChangeKnowledgeBase) -> KnowledgeBase:
        """Raises NotFound, InvalidRequest on the field, Unavailable; then all is as it was."""
        changes, reference = request.fields.changes(), parse_reference(request.knowledge_base)
        if reference is None or not self.bases.find(user_id=request.user_id, reference=reference):
            raise no_such_base()
        check_model(self.models, changes.get("embedding_model"), self.default_model)

        def check(stored: KnowledgeBase) -> None:
            _check_overlap(changes, stored)

        changed = self.bases.change(
            user_id=request.user_id, reference=reference, changes=changes, check=check
        )
        if changed is None:
            raise no_such_base()
        return changed


def _check_overlap(changes: Mapping[str, Any], stored: KnowledgeBase) -> None:
    """Told on the field that was sent."""
    size = changes.get("chunk_size", stored.chunk_size)
    overlap = changes.get("chunk_overlap", stored.chunk_overlap)
    if overlap < size:
        return
    if "chunk_overlap" in changes:
        raise InvalidRequest.on("chunk_overlap", "Must be smaller than chunk_size.")
    raise InvalidRequest.on("chunk_size", f"Must be larger than chunk_overlap ({overlap}).")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveKnowledgeBase:
    """Endpoint 34: with its documents and links; announced."""

    bases: ports.KnowledgeBases

    def __call__(self, request: KnowledgeBaseOf) -> KnowledgeBaseRemoved:
        """Raises NotFound. Found no more from now on; the sweeper takes bytes and vectors."""
        reference = parse_reference(request.knowledge_base)
        uuid = (
            self.bases.remove(user_id=request.user_id, reference=reference)
            if reference is not None
            else None
        )
        if uuid is None:
            raise no_such_base()
        log.info("knowledge_base_removed", knowledge_base=str(uuid))
        return KnowledgeBaseRemoved(uuid=uuid)
