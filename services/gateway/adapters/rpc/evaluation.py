"""evaluation over RPC, one method per method of its protocol."""

from contracts.rpc import evaluation
from services.gateway.adapters.rpc.service import Service


class EvaluationRpc(Service):
    """The port `Evaluation`."""

    SERVICE = "evaluation"
    CAPABILITY = "Evaluation"

    async def get_suite(self, request: evaluation.SuiteOf) -> evaluation.FoundSuite:
        return await self._ask("get_suite", request, evaluation.FoundSuite)

    async def update_suite(self, request: evaluation.UpdateSuite) -> evaluation.TestSuite:
        return await self._ask("update_suite", request, evaluation.TestSuite)

    async def delete_suite(self, request: evaluation.SuiteOf) -> evaluation.SuiteDeleted:
        return await self._ask("delete_suite", request, evaluation.SuiteDeleted)
