"""Make a knowledge base."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from contracts.errors import InvalidRequest
from contracts.rpc.knowledge import CreateKnowledgeBase, KnowledgeBase
from services.knowledge.ports import EmbeddingModels, KnowledgeBases


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeKnowledgeBase:
    """Endpoint 32. The installation's own embedding model is never asked for."""

    bases: KnowledgeBases
    models: EmbeddingModels
    default_model: str
    new_id: Callable[[], UUID]

    def __call__(self, request: CreateKnowledgeBase) -> KnowledgeBase:
        """Raises InvalidRequest on `embedding_model`, Unavailable; then nothing exists."""
        model = request.embedding_model
        if model is not None and model != self.default_model and not self.models.has(model):
            raise InvalidRequest.on("embedding_model", f'"{model[:100]}" is not a valid choice.')
        return self.bases.add(request, uuid=self.new_id())
