"""Show and delete a suite: that of one mode of one assistant."""

from dataclasses import dataclass

from contracts.rpc.evaluation import FoundSuite, SuiteDeleted, SuiteOf
from services.evaluation.ports import Assistants, Suites


@dataclass(frozen=True, slots=True, kw_only=True)
class FindSuite:
    """Endpoint 19. Raises NotFound (what: assistant)."""

    suites: Suites

    def __call__(self, request: SuiteOf, *, assistants: Assistants) -> FoundSuite:
        assistants.get(user_id=request.user_id, assistant_uuid=request.assistant_uuid)
        return FoundSuite(suite=self.suites.find(request))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSuite:
    """Endpoint 22. Raises NotFound (what: assistant)."""

    suites: Suites

    def __call__(self, request: SuiteOf, *, assistants: Assistants) -> SuiteDeleted:
        assistants.get(user_id=request.user_id, assistant_uuid=request.assistant_uuid)
        return SuiteDeleted(existed=self.suites.remove(request))
