"""Make a knowledge base."""

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

    def __call__(self, request: CreateKnowledgeBase, *, new_uuid: UUID) -> KnowledgeBase:
        """Raises InvalidRequest on `embedding_model`, Unavailable; then nothing exists.

        The same `new_uuid` again, when the request is delivered twice: the base that it made.
        """
        check_model(self.models, request.embedding_model, self.default_model)
        return self.bases.add(request, uuid=new_uuid)


def check_model(models: EmbeddingModels, name: str | None, default_model: str) -> None:
    """Raises InvalidRequest on `embedding_model`, Unavailable."""
    if name is not None and name != default_model and not models.has(name):
        raise InvalidRequest.on("embedding_model", f'"{name[:100]}" is not a valid choice.')
