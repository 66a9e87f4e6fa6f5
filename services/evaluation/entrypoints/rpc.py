"""evaluation over RPC."""

from uuid import UUID

from chassis.nameko_door import NewUuid, Wired, answers
from chassis.nameko_fixes import DeadlineRpc
from contracts.rpc.evaluation import (
    CompareRuns,
    Comparison,
    FoundSuite,
    GenerateSuite,
    GetResults,
    ListRuns,
    Run,
    RunOf,
    RunResults,
    Runs,
    RunStarted,
    StartRun,
    SuiteDeleted,
    SuiteOf,
    TestSuite,
    UpdateSuite,
)
from services.evaluation.adapters.assistants_rpc import RpcAssistants, RpcTools
from services.evaluation.adapters.knowledge_rpc import RpcKnowledge
from services.evaluation.usecases.tell_run import Today
from services.evaluation.wiring.rpc import Application

DRAWING_TIMEOUT_S = 25
"""knowledge starts a process to read passages, and lets few of them run at a time."""


class EvaluationService:
    """The protocol `contracts.rpc.evaluation.Evaluation`."""

    name = "evaluation"
    app: Application = Wired()
    assistants = DeadlineRpc("assistants")
    knowledge = DeadlineRpc("knowledge")
    passages = DeadlineRpc("knowledge", timeout_s=DRAWING_TIMEOUT_S)
    new_uuid: UUID = NewUuid()

    @answers(SuiteOf)
    def get_suite(self, request: SuiteOf) -> FoundSuite:
        return self.app.find_suite(request, assistants=RpcAssistants(self.assistants))

    @answers(GenerateSuite)
    def generate_suite(self, request: GenerateSuite) -> TestSuite:
        return self.app.generate_suite(
            request,
            assistants=RpcAssistants(self.assistants),
            knowledge=RpcKnowledge(self.passages),
            tools=RpcTools(self.assistants),
        )

    @answers(UpdateSuite)
    def update_suite(self, request: UpdateSuite) -> TestSuite:
        return self.app.update_suite(request)

    @answers(SuiteOf)
    def delete_suite(self, request: SuiteOf) -> SuiteDeleted:
        return self.app.delete_suite(request, assistants=RpcAssistants(self.assistants))

    @answers(StartRun)
    def start_run(self, request: StartRun) -> RunStarted:
        return self.app.start_run(
            request,
            run_id=self.new_uuid,
            assistants=RpcAssistants(self.assistants),
            knowledge=RpcKnowledge(self.knowledge),
        )

    @answers(GetResults)
    def get_results(self, request: GetResults) -> RunResults:
        return self.app.show_results(request, today=self._today())

    @answers(ListRuns)
    def list_runs(self, request: ListRuns) -> Runs:
        assistants = RpcAssistants(self.assistants)
        return self.app.list_runs(request, assistants=assistants, today=self._today())

    @answers(RunOf)
    def cancel_run(self, request: RunOf) -> Run:
        return self.app.cancel_run(request)

    @answers(CompareRuns)
    def compare_runs(self, request: CompareRuns) -> Comparison:
        return self.app.compare_runs(request, today=self._today())

    def _today(self) -> Today:
        return Today(
            assistants=RpcAssistants(self.assistants), knowledge=RpcKnowledge(self.knowledge)
        )
