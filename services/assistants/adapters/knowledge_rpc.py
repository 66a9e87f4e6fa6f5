"""The knowledge service over nameko RPC; for the nameko process only."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from kombu.exceptions import OperationalError
from nameko.exceptions import RpcTimeout, UnknownService

from contracts.errors import Unavailable
from contracts.rpc.knowledge import (
    CreateKnowledgeBase,
    KnowledgeBase,
    KnowledgeBaseOf,
    TaskStarted,
)
from contracts.shapes import Shape

log = structlog.get_logger(__name__)
AWAY = (RpcTimeout, UnknownService, OperationalError, OSError)


@dataclass(frozen=True, slots=True)
class RpcKnowledgeBases:
    """The port `KnowledgeBases` over a worker's own `DeadlineRpc("knowledge")`."""

    knowledge: Any

    def resolve(self, *, user_id: int, knowledge_base: str) -> UUID:
        request = KnowledgeBaseOf(user_id=user_id, knowledge_base=knowledge_base)
        answer = self._ask("get_knowledge_base", request)
        return KnowledgeBase.from_wire(answer).uuid

    def create(self, *, user_id: int, name: str) -> UUID:
        request = CreateKnowledgeBase(user_id=user_id, name=name)
        return KnowledgeBase.from_wire(self._ask("create_knowledge_base", request)).uuid

    def start_indexing(self, *, user_id: int, knowledge_base: UUID) -> UUID:
        request = KnowledgeBaseOf(user_id=user_id, knowledge_base=str(knowledge_base))
        return TaskStarted.from_wire(self._ask("start_indexing", request)).task_id

    def _ask(self, method: str, request: Shape) -> dict[str, Any]:
        try:
            return dict(getattr(self.knowledge, method)(request.to_wire()))
        except AWAY as error:
            log.warning("knowledge_away", method=method, reason=repr(error)[:300])
            raise Unavailable.of("Knowledge") from error
