# ruff: noqa: E402 - go_green comes before anything else
"""A knowledge service that only tells versions: a nameko process for evaluation's tests."""

from uuid import UUID

from chassis.green import go_green

go_green()

from chassis.nameko_door import answers
from chassis.nameko_process import run_nameko
from chassis.settings import BusSettings
from contracts.rpc.knowledge import SampledPassages, SamplePassages


class KnowledgeStandIn:
    name = "knowledge"

    @answers(SamplePassages)
    def sample_passages(self, request: SamplePassages) -> SampledPassages:
        return SampledPassages(
            knowledge_base=UUID(request.knowledge_base),
            version="version-1",
            documents=1,
            chunks=1,
            passages=[],
        )


if __name__ == "__main__":
    run_nameko(
        KnowledgeStandIn, settings=BusSettings(), application=None, workers=5, ready=lambda: None
    )
