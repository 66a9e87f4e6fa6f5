"""What clients send and get where test suites are concerned."""

from uuid import UUID

from contracts.rpc.evaluation import Cases, Mode, TestCase
from contracts.shapes import RowId, Shape


class SuiteChoice(Shape):
    """Endpoints 19 and 22: the suite of one mode."""

    assistant_uuid: UUID
    mode: Mode


class NewCases(Shape):
    """Endpoint 21: the whole list."""

    test_suite_id: RowId
    test_cases: Cases


class NoSuite(Shape):
    """Endpoint 19, where there is none yet."""

    test_cases: list[TestCase] = []
