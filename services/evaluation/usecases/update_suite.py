"""Give a suite other cases."""

from dataclasses import dataclass

from contracts.rpc.evaluation import TestSuite, UpdateSuite
from services.evaluation.domain.assertion_rules import check_cases
from services.evaluation.ports import Suites


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCases:
    """Endpoint 21: the whole list. Raises NotFound (what: test_suite), InvalidRequest."""

    suites: Suites

    def __call__(self, request: UpdateSuite) -> TestSuite:
        check_cases(request.test_cases)
        return self.suites.change(
            user_id=request.user_id,
            test_suite_id=request.test_suite_id,
            cases=request.test_cases,
        )
