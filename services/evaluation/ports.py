"""What evaluation's use cases need from outside."""

from typing import Protocol
from uuid import UUID

from contracts.rpc.assistants.configurations import Assistant
from contracts.rpc.evaluation import Generation, Mode, SuiteOf, TestCase, TestSuite
from contracts.rpc.knowledge import SampledPassages


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

    def final_prompt(self, *, user_id: int, assistant_uuid: UUID) -> str:
        """The system prompt that chat would send."""


class Knowledge(Protocol):
    """knowledge's answers. Raise NotFound (what: knowledge_base), Unavailable."""

    def sample(
        self, *, user_id: int, knowledge_base: UUID, count: int, seed: int
    ) -> SampledPassages:
        """`count` passages over the whole base, or fewer; a count of 0 tells the version alone."""


class UserRemoval(Protocol):
    """Where a user's rows go."""

    def remove(self, user_id: int, *, consumer: str, message_id: UUID) -> int:
        """Delete all rows of that user, once per message. Returns how many."""
