"""What evaluation's use cases need from outside."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from contracts.rpc.assistants.configurations import (
    Assistant,
    AssistantFields,
    PreviewedConfiguration,
)
from contracts.rpc.evaluation import (
    CaseResult,
    Generation,
    Mode,
    Snapshot,
    SourcePassage,
    SuiteOf,
    TestCase,
    TestSuite,
)
from contracts.rpc.knowledge import SampledPassage, SampledPassages
from services.evaluation.domain.asked import Asked, Judgement, Undecided
from services.evaluation.domain.generation.configured import Tool
from services.evaluation.domain.generation.written import Draft
from services.evaluation.domain.likeness import Vectors
from services.evaluation.domain.run import Claim, NewRun, StoredRun


class Suites(Protocol):
    """The suites there are, one per user, assistant and mode; each call is one transaction."""

    def find(self, which: SuiteOf) -> TestSuite | None:
        """None where there is none."""

    def put(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID,
        mode: Mode,
        cases: list[TestCase],
        generation: Generation,
    ) -> TestSuite:
        """The suite of that mode, made or replaced; a replaced one keeps its id."""

    def change(self, *, user_id: int, test_suite_id: int, cases: list[TestCase]) -> TestSuite:
        """Other cases. Raises NotFound (what: test_suite)."""

    def remove(self, which: SuiteOf) -> bool:
        """Whether there was one."""


class Assistants(Protocol):
    """assistants' answers. Raise NotFound (what: assistant), Unavailable."""

    def get(self, *, user_id: int, assistant_uuid: UUID) -> Assistant:
        """The saved configuration."""

    def preview(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID,
        fields: AssistantFields,
        knowledge_base: UUID | None,
        without_knowledge_base: bool = False,
    ) -> PreviewedConfiguration:
        """As it would be with these fields. Raises NotFound (what: knowledge_base) too, InvalidRequest."""


class Knowledge(Protocol):
    """knowledge's answers. Raise NotFound (what: knowledge_base), Unavailable."""

    def sample(
        self, *, user_id: int, knowledge_base: UUID, count: int, seed: int
    ) -> SampledPassages:
        """`count` passages over the whole base, or fewer; a count of 0 tells the version alone."""


class Tools(Protocol):
    """The user's tools, as far as questions need them. Raises Unavailable."""

    def chosen(self, *, user_id: int, tools: Sequence[UUID]) -> list[Tool]:
        """Those of `tools` that there are, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A draft per passage, None where there is none. troubles: why, for people."""

    drafts: Sequence[Draft | None]
    troubles: Sequence[str]


class QuestionWriter(Protocol):
    """A model that writes questions."""

    def write(self, passages: Sequence[SampledPassage], *, model: str) -> Written:
        """Within its time; never raises, whatever the model does."""


class UserRemoval(Protocol):
    """Where a user's rows go."""

    def remove(self, user_id: int, *, consumer: str, message_id: UUID) -> int:
        """Delete all rows of that user, once per message. Returns how many."""


class Runs(Protocol):
    """The runs there are; each call is one transaction."""

    def start(self, run: NewRun) -> None:
        """Make it, with a job for each case, and announce it. The same `run_id` again: nothing."""

    def find(self, *, user_id: int, run_id: UUID, with_results: bool) -> StoredRun:
        """Raises NotFound (what: run)."""

    def of_assistant(
        self, *, user_id: int, assistant_uuid: UUID, after: int | None, limit: int
    ) -> list[StoredRun]:
        """Newest first, those behind the id `after`, without results."""

    def cancel(self, *, user_id: int, run_id: UUID) -> StoredRun:
        """End it, and announce that, where it has not ended. Raises NotFound (what: run)."""


class CaseDesk(Protocol):
    """The cases that wait for a verdict, for workers."""

    def claim(self, case_id: int) -> Claim:
        """Take it. Raises Withdrawn (nothing to do), HeldByAnother."""

    def give_back(self, case_id: int) -> None:
        """For another try."""

    def finish(self, claim: Claim, result: CaseResult) -> None:
        """Write the verdict and announce it, and the end of the run with its last one. Raises Withdrawn."""


class KeptClaim(Protocol):
    """A claim that is kept alive."""

    def when_withdrawn(self, hang_up: Callable[[], object]) -> None:
        """Call it, from another thread, once nobody wants the verdict: the run was cancelled or deleted."""


class Leases(Protocol):
    """Keeps a claim alive, however long a step takes."""

    def kept(self, case_id: int) -> AbstractContextManager[KeptClaim]:
        """While the block runs."""


class RunCare(Protocol):
    """What a sweeper mends."""

    def adopt_orphans(self, *, silent_for: timedelta) -> int:
        """A new job for each case of a running run that nobody has touched for so long."""

    def finish_runs(self) -> int:
        """End runs whose cases all have their verdicts."""


class Jobs(Protocol):
    """The jobs on the bus."""

    def waiting(self) -> int:
        """How many, those for another try included. Raises Unavailable."""


class AskedAssistant(Protocol):
    """The assistant, as a run's snapshot has it."""

    def ask(
        self, *, user_id: int, snapshot: Snapshot, question: str, kept: KeptClaim
    ) -> Asked | Undecided:
        """Without `retrieved`. Raises Unavailable where another try later may help; Withdrawn."""


class Retrieval(Protocol):
    """What a search finds by itself."""

    def passages(
        self, *, user_id: int, knowledge_base: UUID, query: str
    ) -> Sequence[SourcePassage]:
        """Best first; empty where the knowledge base is gone. Raises Unavailable."""


class Embedder(Protocol):
    """Vectors of texts."""

    def vectors(self, texts: Sequence[str]) -> Vectors | Undecided:
        """Of exactly these; Undecided where the model server refuses. Raises Unavailable."""


class Judge(Protocol):
    """A model's opinion."""

    def judge(self, *, rubric: str, case: TestCase, answer: str) -> Judgement | Undecided:
        """Undecided where it takes too long or answers nonsense, or there is none."""
