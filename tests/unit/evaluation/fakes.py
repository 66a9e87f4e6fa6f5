"""Ports of evaluation's use cases, in memory."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.errors import NotFound, ServiceError
from contracts.rpc.assistants.configurations import (
    Assistant,
    AssistantFields,
    PreviewedConfiguration,
)
from contracts.rpc.evaluation import CaseResult, Snapshot, SourcePassage, TestCase
from contracts.rpc.knowledge import SampledPassages
from services.evaluation.domain.asked import Asked, Judgement, Undecided
from services.evaluation.domain.likeness import Vectors
from services.evaluation.domain.run import Claim, NewRun, Withdrawn
from services.evaluation.ports import KeptClaim
from tests.unit.evaluation.answers import HOURS, SHIPS, asked, bag_of_words, case

ASSISTANT, BASE, RUN = UUID(int=1), UUID(int=2), UUID(int=3)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def assistant(**fields: Any) -> Assistant:
    usual = AssistantFields().model_dump() | {"id": 1, "assistant_uuid": ASSISTANT}
    times = {"archived_at": None, "created_at": NOW, "updated_at": NOW, "knowledge_base": BASE}
    usual |= {name: field.default for name, field in AssistantFields.model_fields.items()}
    return Assistant.model_validate({**usual, **times, **fields})


def snapshot(**fields: Any) -> Snapshot:
    usual: dict[str, Any] = {
        "configuration": assistant().to_wire(),
        "final_prompt": "You help.",
        "model": "local-extractive",
        "configuration_hash": "a",
        "saved_configuration_hash": "a",
        "knowledge_base": BASE,
        "knowledge_base_version": "v1",
        "cases_hash": "c",
    }
    return Snapshot.model_validate({**usual, **fields})


def claim(tested: TestCase | None = None, **fields: Any) -> Claim:
    usual: dict[str, Any] = {"case_id": 5, "run_id": RUN, "user_id": 1, "idx": 0, "tried_for_s": 0}
    return Claim(**{**usual, "case": tested or case(), "snapshot": snapshot(), **fields})


class FakeAssistants:
    """One saved assistant, previewed with what is asked for; away when told so."""

    def __init__(self, saved: Assistant) -> None:
        self.saved = saved
        self.failing: ServiceError | None = None
        self.previews = 0

    def get(self, *, user_id: int, assistant_uuid: UUID) -> Assistant:
        del user_id, assistant_uuid
        return self.saved

    def preview(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID,
        fields: AssistantFields,
        knowledge_base: UUID | None,
        without_knowledge_base: bool = False,
    ) -> PreviewedConfiguration:
        del user_id, assistant_uuid
        self.previews += 1
        if self.failing:
            raise self.failing
        changes = fields.changes()
        if knowledge_base or without_knowledge_base:
            changes["knowledge_base"] = knowledge_base
        shown = self.saved.model_copy(update=changes)
        return PreviewedConfiguration(
            configuration=shown,
            final_prompt=f"Goal: {shown.goal}",
            model_name=shown.model_name or "local-extractive",
        )


@dataclass
class FakeKnowledge:
    """Versions by knowledge base."""

    versions: dict[UUID, str]

    def sample(
        self, *, user_id: int, knowledge_base: UUID, count: int, seed: int
    ) -> SampledPassages:
        del user_id, seed
        assert count == 0
        if knowledge_base not in self.versions:
            raise NotFound(what="knowledge_base")
        version = self.versions[knowledge_base]
        return SampledPassages(
            knowledge_base=knowledge_base, version=version, documents=1, chunks=1, passages=[]
        )


class FakeRuns:
    """Remembers what was started."""

    def __init__(self) -> None:
        self.started: list[NewRun] = []

    def start(self, run: NewRun) -> None:
        self.started.append(run)


@dataclass
class FakeDesk:
    """One case that waits."""

    waiting: Claim | None
    result: CaseResult | None = None
    given_back: int = 0

    def claim(self, case_id: int) -> Claim:
        if self.waiting is None or self.waiting.case_id != case_id:
            raise Withdrawn
        return self.waiting

    def give_back(self, case_id: int) -> None:
        del case_id
        self.given_back += 1

    def finish(self, claim: Claim, result: CaseResult) -> None:
        if self.waiting is not claim:
            raise Withdrawn
        self.result, self.waiting = result, None


class FakeLeases:
    """Always kept; so is its claim."""

    @contextmanager
    def kept(self, case_id: int) -> Iterator["FakeLeases"]:
        del case_id
        yield self

    def when_withdrawn(self, hang_up: Callable[[], object]) -> None:
        del hang_up


@dataclass
class Surroundings:
    """Chat, search, vectors and judge in one; an error in place of an answer is raised."""

    said: Asked | Undecided | Exception = field(default_factory=lambda: asked("At nine."))
    found: Sequence[SourcePassage] | Exception = (SHIPS, HOURS)
    embedding: Vectors | Undecided | Exception = bag_of_words
    opinion: Judgement | Undecided = field(default_factory=lambda: Judgement(score=1, reason="ok"))
    judged: list[str] = field(default_factory=list)

    def ask(
        self, *, user_id: int, snapshot: Snapshot, question: str, kept: KeptClaim
    ) -> Asked | Undecided:
        del user_id, snapshot, question, kept
        return _or_raised(self.said)

    def passages(
        self, *, user_id: int, knowledge_base: UUID, query: str
    ) -> Sequence[SourcePassage]:
        del user_id, knowledge_base, query
        return _or_raised(self.found)

    def vectors(self, texts: Sequence[str]) -> Vectors | Undecided:
        del texts
        return _or_raised(self.embedding)

    def judge(self, *, rubric: str, case: TestCase, answer: str) -> Judgement | Undecided:
        del case, answer
        self.judged.append(rubric)
        return self.opinion


def _or_raised(value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    return value
