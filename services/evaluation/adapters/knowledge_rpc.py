"""The knowledge service over nameko RPC; for the nameko process only."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.rpc.knowledge import SampledPassages, SamplePassages
from services.evaluation.adapters.asking import ask


@dataclass(frozen=True, slots=True)
class RpcKnowledge:
    """The port `Knowledge` over a worker's own `DeadlineRpc("knowledge")`."""

    knowledge: Any

    def sample(
        self, *, user_id: int, knowledge_base: UUID, count: int, seed: int
    ) -> SampledPassages:
        request = SamplePassages(
            user_id=user_id, knowledge_base=str(knowledge_base), count=count, seed=seed
        )
        return ask(
            self.knowledge, "sample_passages", request, SampledPassages, capability="Knowledge"
        )
