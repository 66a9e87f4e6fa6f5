"""evaluation over RPC, one method per method of its protocol."""

import asyncio

from contracts.errors import Unavailable
from contracts.rpc import evaluation
from services.gateway.adapters.rpc.service import Service

TOLD_ONCE = ("configuration_changed", "knowledge_base_changed")
"""Members of a run that only its first page knows."""


class EvaluationRpc(Service):
    """The port `Evaluation`."""

    SERVICE = "evaluation"
    CAPABILITY = "Evaluation"
    GENERATION_TIMEOUT_S = 75  # a model writes the cases before the answer
    READINGS = 3

    async def get_suite(self, request: evaluation.SuiteOf) -> evaluation.FoundSuite:
        return await self._ask("get_suite", request, evaluation.FoundSuite)

    async def generate_suite(self, request: evaluation.GenerateSuite) -> evaluation.TestSuite:
        return await self._ask(
            "generate_suite",
            request,
            evaluation.TestSuite,
            timeout_s=self.GENERATION_TIMEOUT_S,
        )

    async def update_suite(self, request: evaluation.UpdateSuite) -> evaluation.TestSuite:
        return await self._ask("update_suite", request, evaluation.TestSuite)

    async def delete_suite(self, request: evaluation.SuiteOf) -> evaluation.SuiteDeleted:
        return await self._ask("delete_suite", request, evaluation.SuiteDeleted)

    async def start_run(self, request: evaluation.StartRun) -> evaluation.RunStarted:
        return await self._ask("start_run", request, evaluation.RunStarted)

    async def list_runs(self, request: evaluation.ListRuns) -> evaluation.Runs:
        return await self._ask_all("list_runs", request, evaluation.Runs, "runs")

    async def cancel_run(self, request: evaluation.RunOf) -> evaluation.Run:
        return await self._ask("cancel_run", request, evaluation.Run)

    async def compare_runs(self, request: evaluation.CompareRuns) -> evaluation.Comparison:
        return await self._ask("compare_runs", request, evaluation.Comparison)

    async def get_results(self, request: evaluation.GetResults) -> evaluation.RunResults:
        """Read again where results came between its pages: its totals are those of its results."""
        try:
            async with asyncio.timeout(self.LIST_TIMEOUT_S):
                for _ in range(self.READINGS):
                    read = await self._read_results(request)
                    summary = read.run.summary
                    if len(read.results) == summary.total - summary.pending:
                        break
                return read
        except TimeoutError:
            raise Unavailable.of(self.CAPABILITY) from None

    async def _read_results(self, request: evaluation.GetResults) -> evaluation.RunResults:
        page = await self._ask("get_results", request, evaluation.RunResults)
        first, results = page, list(page.results)
        while page.next is not None:
            further = request.model_copy(update={"after": page.next})
            page = await self._ask("get_results", further, evaluation.RunResults)
            results += page.results
        changed = {name: getattr(first.run, name) for name in TOLD_ONCE}
        run = page.run.model_copy(update=changed)
        return evaluation.RunResults(run=run, snapshot=first.snapshot, results=results)
