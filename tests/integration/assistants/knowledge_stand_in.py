# ruff: noqa: E402 - go_green comes before anything else
"""A knowledge service that knows one knowledge base: a nameko process for assistants' tests.

Every other one that is asked for is made, slowly.

User 1's, number 7. Number 8 exists as well, but asking for it takes longer than the tests wait.
"""

from uuid import UUID, uuid4

from chassis.green import go_green

go_green()

import time

from chassis.nameko_door import answers
from chassis.nameko_process import run_nameko
from chassis.settings import BusSettings
from contracts.errors import NotFound
from contracts.rpc.knowledge import CreateKnowledgeBase, KnowledgeBase, KnowledgeBaseOf, TaskStarted

KNOWN = UUID("11111111-1111-4111-8111-111111111111")
TASK = UUID("22222222-2222-4222-8222-222222222222")
MOMENT = "2026-01-01T00:00:00Z"


class KnowledgeStandIn:
    name = "knowledge"

    @answers(KnowledgeBaseOf)
    def get_knowledge_base(self, request: KnowledgeBaseOf) -> KnowledgeBase:
        if request.knowledge_base == "8":
            time.sleep(4)
        self._check(request)
        return self._shown(KNOWN, "Handbook")

    @answers(CreateKnowledgeBase)
    def create_knowledge_base(self, request: CreateKnowledgeBase) -> KnowledgeBase:
        time.sleep(0.3)
        return self._shown(uuid4(), request.name)

    def _shown(self, uuid: UUID, name: str) -> KnowledgeBase:
        fields = {"description": "", "embedding_type": "hybrid", "retrieval_method": "hybrid"}
        numbers = dict.fromkeys(
            ("files_count", "links_count", "excels_count", "data_excels_count"), 0
        )
        return KnowledgeBase(
            id=7,
            uuid=uuid,
            name=name,
            created_at=MOMENT,
            updated_at=MOMENT,
            update_interval="1:00:00",
            embedding_model="local-embed",
            chunk_size=512,
            chunk_overlap=32,
            reranking_enabled=True,
            top_k=10,
            top_k_after_reranking=5,
            sparse_weightage=0.5,
            **fields,
            **numbers,
        )

    @answers(KnowledgeBaseOf)
    def start_indexing(self, request: KnowledgeBaseOf) -> TaskStarted:
        self._check(request)
        return TaskStarted(task_id=TASK)

    def _check(self, request: KnowledgeBaseOf) -> None:
        if request.user_id != 1 or request.knowledge_base not in {"7", str(KNOWN)}:
            raise NotFound(what="knowledge_base")


if __name__ == "__main__":
    run_nameko(
        KnowledgeStandIn, settings=BusSettings(), application=None, workers=5, ready=lambda: None
    )
