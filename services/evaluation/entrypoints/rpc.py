"""evaluation over RPC."""

from uuid import UUID

from chassis.nameko_door import NewUuid, Wired, answers
from chassis.nameko_fixes import DeadlineRpc
from contracts.rpc.evaluation import FoundSuite, SuiteDeleted, SuiteOf, TestSuite, UpdateSuite
from services.evaluation.adapters.assistants_rpc import RpcAssistants
from services.evaluation.wiring.rpc import Application


class EvaluationService:
    """The protocol `contracts.rpc.evaluation.Evaluation`."""

    name = "evaluation"
    app: Application = Wired()
    assistants = DeadlineRpc("assistants")
    knowledge = DeadlineRpc("knowledge")
    new_uuid: UUID = NewUuid()

    @answers(SuiteOf)
    def get_suite(self, request: SuiteOf) -> FoundSuite:
        return self.app.find_suite(request, assistants=RpcAssistants(self.assistants))

    @answers(UpdateSuite)
    def update_suite(self, request: UpdateSuite) -> TestSuite:
        return self.app.update_suite(request)

    @answers(SuiteOf)
    def delete_suite(self, request: SuiteOf) -> SuiteDeleted:
        return self.app.delete_suite(request, assistants=RpcAssistants(self.assistants))
