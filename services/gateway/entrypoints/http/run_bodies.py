"""What clients send and get where test runs are concerned."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from contracts.rpc.assistants.configurations import AssistantFields
from contracts.rpc.evaluation import CaseResult, Cases, Mode, Run, RunResults, Snapshot
from contracts.shapes import Shape
from services.gateway.entrypoints.http.bodies import OptionalUuid


def _suite(value: Any) -> Any:
    return {"test_cases": value} if isinstance(value, list) else value


class RunConfiguration(AssistantFields):
    """Fields that override the saved ones; `knowledge_base` asks another one, null none at all."""

    knowledge_base: OptionalUuid = None

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        blank = [name for name in ("knowledge_base", "knowledgeBase") if value.get(name) == ""]
        return {name: each for name, each in value.items() if name not in blank}


class SuiteToRun(Shape):
    """A suite as endpoint 20 answers it, or any object with `test_cases`."""

    test_cases: Annotated[Cases, Field(min_length=1)]
    mode: Mode | None = None


class NewRun(Shape):
    """Endpoint 24. test_suite: a suite, or a list of cases."""

    model_uuid: UUID
    test_suite: Annotated[SuiteToRun, BeforeValidator(_suite)]
    config: Annotated[RunConfiguration, BeforeValidator(lambda value: value or {})] = (
        RunConfiguration()
    )


class Started(Shape):
    """Endpoint 24."""

    run_id: UUID


class ToldResults(Run):
    """Endpoint 25: the run, what it was made with, and its results so far."""

    snapshot: Snapshot | None
    results: list[CaseResult]

    @classmethod
    def of(cls, read: RunResults) -> "ToldResults":
        """In one object."""
        fields = {name: getattr(read.run, name) for name in Run.model_fields}
        return cls(**fields, snapshot=read.snapshot, results=read.results)


class ToldRuns(Shape):
    """Newest first."""

    runs: list[Run]
