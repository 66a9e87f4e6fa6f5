"""What clients send and get where test suites are concerned."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.rpc.evaluation import Cases, Mode, TestCase
from contracts.shapes import NotABoolean, RowId, Shape


class SuiteChoice(Shape):
    """Endpoints 19 and 22: the suite of one mode."""

    assistant_uuid: UUID
    mode: Mode


class SuiteToGenerate(SuiteChoice):
    """Endpoint 20."""

    use_ai: bool = False
    seed: Annotated[int, Field(ge=0, le=2**31 - 1), NotABoolean] = 0


class NewCases(Shape):
    """Endpoint 21: the whole list."""

    test_suite_id: RowId
    test_cases: Cases


class NoSuite(Shape):
    """Endpoint 19, where there is none yet."""

    test_cases: list[TestCase] = []
