"""Index the knowledge base of an assistant."""

from dataclasses import dataclass

from contracts.errors import InvalidRequest
from contracts.rpc.assistants.configurations import AssistantOf
from contracts.rpc.knowledge import TaskStarted
from services.assistants.ports import Assistants, KnowledgeBases


@dataclass(frozen=True, slots=True, kw_only=True)
class StartIndexing:
    """Endpoint 31, by assistant."""

    assistants: Assistants

    def __call__(self, request: AssistantOf, *, knowledge_bases: KnowledgeBases) -> TaskStarted:
        """Raises NotFound, InvalidRequest (no knowledge base), Unavailable."""
        assistant = self.assistants.get(
            user_id=request.user_id, assistant_uuid=request.assistant_uuid
        )
        if assistant.knowledge_base is None:
            raise InvalidRequest.on("assistant_id", "This assistant has no knowledge base.")
        task_id = knowledge_bases.start_indexing(
            user_id=request.user_id, knowledge_base=assistant.knowledge_base
        )
        return TaskStarted(task_id=task_id)
