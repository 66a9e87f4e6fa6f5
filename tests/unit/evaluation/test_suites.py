"""Suites: shown, replaced, deleted, and generated with a model that may fail."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import InvalidRequest, NotFound
from contracts.rpc.evaluation import (
    Assertion,
    GenerateSuite,
    Generation,
    Mode,
    SuiteOf,
    TestCase,
    TestSuite,
    UpdateSuite,
)
from contracts.rpc.knowledge import SampledPassage, SampledPassages
from services.evaluation.domain.generation.configured import Tool
from services.evaluation.domain.generation.written import Draft
from services.evaluation.ports import Written
from services.evaluation.usecases.find_suite import DeleteSuite, FindSuite
from services.evaluation.usecases.generate_suite import MakeSuite
from services.evaluation.usecases.update_suite import ReplaceCases
from tests.unit.evaluation.fakes import ASSISTANT, BASE, FakeAssistants, assistant

ME, OTHER = 1, 2
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HANDBOOK = Path(__file__).parents[3] / "examples" / "harbour-library.md"


class FakeSuites:
    """By their owner, assistant and mode."""

    def __init__(self) -> None:
        self.there: dict[tuple[int, UUID, Mode], TestSuite] = {}

    def find(self, which: SuiteOf) -> TestSuite | None:
        return self.there.get((which.user_id, which.assistant_uuid, which.mode))

    def put(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID,
        mode: Mode,
        cases: list[TestCase],
        generation: Generation,
    ) -> TestSuite:
        suite = TestSuite(
            id=len(self.there) + 1,
            assistant_uuid=assistant_uuid,
            mode=mode,
            test_cases=cases,
            generation=generation,
            created_at=NOW,
            updated_at=NOW,
        )
        self.there[user_id, assistant_uuid, mode] = suite
        return suite

    def change(self, *, user_id: int, test_suite_id: int, cases: list[TestCase]) -> TestSuite:
        for key, suite in self.there.items():
            if (key[0], suite.id) == (user_id, test_suite_id):
                self.there[key] = suite.model_copy(update={"test_cases": cases})
                return self.there[key]
        raise NotFound(what="test_suite")

    def remove(self, which: SuiteOf) -> bool:
        return self.there.pop((which.user_id, which.assistant_uuid, which.mode), None) is not None


class FakeKnowledge:
    """The handbook's sections; gone when told so."""

    is_gone = False

    def sample(
        self, *, user_id: int, knowledge_base: UUID, count: int, seed: int
    ) -> SampledPassages:
        del user_id, seed
        if self.is_gone:
            raise NotFound(what="knowledge_base")
        sections = HANDBOOK.read_text().split("\n## ")[1:]
        passages = [
            SampledPassage(
                document_id=1,
                document_name="handbook.md",
                kind="file",
                chunk=at,
                heading="",
                text=text,
                page=None,
            )
            for at, text in enumerate(sections[:count])
        ]
        return SampledPassages(
            knowledge_base=knowledge_base, version="1", documents=1, chunks=9, passages=passages
        )


class FakeTools:
    def chosen(self, *, user_id: int, tools: Sequence[UUID]) -> list[Tool]:
        del user_id
        return [Tool("order_status", "Order status", "Looks up an order.") for _ in tools]


class FakeWriter:
    """Asks about the first sentence of every passage, or fails."""

    def __init__(self, trouble: str = "") -> None:
        self.trouble = trouble
        self.models: list[str] = []

    def write(self, passages: Sequence[SampledPassage], *, model: str) -> Written:
        self.models.append(model)
        if self.trouble:
            return Written(drafts=[None] * len(passages), troubles=[self.trouble])
        drafts = []
        for each in passages:
            title, _, text = each.text.partition("\n")
            told = " ".join(text.split()).partition(". ")[0]
            drafts.append(Draft(f"What is told about {title.lower()} of {told}?", f"{told}."))
        return Written(drafts=drafts, troubles=[])


@pytest.fixture
def suites() -> FakeSuites:
    return FakeSuites()


def generated(suites: FakeSuites, *, writer: FakeWriter | None = None, **fields: Any) -> TestSuite:
    of = fields.pop("of", assistant())
    knowledge = fields.pop("knowledge", FakeKnowledge())
    make = MakeSuite(suites=suites, writer=writer or FakeWriter(), default_model="local-extractive")
    request = GenerateSuite(user_id=ME, assistant_uuid=ASSISTANT, **{"mode": "quick", **fields})
    return make(request, assistants=FakeAssistants(of), knowledge=knowledge, tools=FakeTools())


def test_a_suite_is_found_by_its_mode_until_it_is_deleted(suites: FakeSuites) -> None:
    suite = generated(suites)
    mine = SuiteOf(user_id=ME, assistant_uuid=ASSISTANT, mode="quick")
    saved = FakeAssistants(assistant())
    assert FindSuite(suites=suites)(mine, assistants=saved).suite == suite
    other = mine.model_copy(update={"mode": "normal"})
    assert FindSuite(suites=suites)(other, assistants=saved).suite is None
    assert DeleteSuite(suites=suites)(mine, assistants=saved).existed
    assert not DeleteSuite(suites=suites)(mine, assistants=saved).existed


def test_cases_are_replaced_by_their_owner_alone(suites: FakeSuites) -> None:
    suite = generated(suites)
    cases = [TestCase(question="When?")]
    replace = ReplaceCases(suites=suites)
    changed = replace(UpdateSuite(user_id=ME, test_suite_id=suite.id, test_cases=cases))
    assert changed.test_cases == cases
    with pytest.raises(NotFound):
        replace(UpdateSuite(user_id=OTHER, test_suite_id=suite.id, test_cases=cases))


def test_wrong_cases_change_nothing(suites: FakeSuites) -> None:
    suite = generated(suites)
    wrong = TestCase(question="When?", assertions=[Assertion(type="regex", value="(")])
    with pytest.raises(InvalidRequest):
        ReplaceCases(suites=suites)(
            UpdateSuite(user_id=ME, test_suite_id=suite.id, test_cases=[wrong])
        )
    assert suites.there[ME, ASSISTANT, "quick"] == suite


def test_without_a_model_nobody_is_asked(suites: FakeSuites) -> None:
    writer = FakeWriter()
    generation = generated(suites, writer=writer).generation
    assert generation == Generation(use_ai=False, seed=0, model=None, by_model=0, notes=[])
    assert writer.models == []


def test_a_model_that_only_quotes_is_not_asked_and_that_is_told(suites: FakeSuites) -> None:
    writer = FakeWriter()
    suite = generated(suites, writer=writer, use_ai=True)
    assert len(suite.test_cases) == 8
    assert writer.models == []
    assert suite.generation
    assert "local-extractive" in suite.generation.notes[0]


def test_what_the_model_leaves_out_rules_make(suites: FakeSuites) -> None:
    speaking = assistant(model_name="command-a", goal="Answer questions about the library")
    suite = generated(suites, of=speaking, use_ai=True, mode="normal")
    generation = suite.generation
    assert generation
    assert generation.model == "command-a"
    assert 0 < generation.by_model < len(suite.test_cases)
    kinds = {case.category for case in suite.test_cases}
    assert kinds >= {"single_hop", "unanswerable", "injection", "goal"}


def test_a_model_that_fails_costs_no_suite(suites: FakeSuites) -> None:
    broken = FakeWriter("The model refused to write questions (HTTP 400).")
    speaking = assistant(model_name="command-a")
    suite = generated(suites, writer=broken, of=speaking, use_ai=True)
    assert len(suite.test_cases) == 8
    assert suite.generation
    assert (suite.generation.model, suite.generation.by_model) == (None, 0)
    assert broken.trouble in suite.generation.notes


@pytest.mark.parametrize("base", [None, BASE])
def test_without_documents_a_suite_says_so(suites: FakeSuites, base: UUID | None) -> None:
    nothing = FakeKnowledge()
    nothing.is_gone = True
    suite = generated(suites, knowledge=nothing, of=assistant(knowledge_base=base))
    assert {case.category for case in suite.test_cases} == {"unanswerable", "injection"}
    assert suite.generation
    assert "no case is drawn from documents" in suite.generation.notes[0]
