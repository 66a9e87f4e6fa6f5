"""A run's snapshot, and what is told of changes since."""

from dataclasses import replace
from uuid import UUID

import pytest

from contracts.errors import Conflict, InvalidRequest, Unavailable
from contracts.rpc.assistants.configurations import AssistantFields
from contracts.rpc.evaluation import Snapshot, StartRun
from services.evaluation.domain.run import StoredRun
from services.evaluation.domain.totals import summary_of
from services.evaluation.usecases.start_run import StartTestRun, take_snapshot
from services.evaluation.usecases.tell_run import Today, tell_run
from tests.unit.evaluation.answers import assertion, case
from tests.unit.evaluation.fakes import (
    ASSISTANT,
    BASE,
    NOW,
    RUN,
    FakeAssistants,
    FakeKnowledge,
    FakeRuns,
    assistant,
)

OTHER = UUID(int=9)


def wish(**fields: object) -> StartRun:
    usual = {"user_id": 1, "assistant_uuid": ASSISTANT, "test_cases": [case()]}
    return StartRun.model_validate({**usual, **fields})


def knowledge() -> FakeKnowledge:
    return FakeKnowledge({BASE: "v1", OTHER: "w1"})


def taken(saved: FakeAssistants, **fields: object) -> Snapshot:
    return take_snapshot(wish(**fields), assistants=saved, knowledge=knowledge())


def stored(snapshot: Snapshot) -> StoredRun:
    return StoredRun(
        id=1,
        run_id=RUN,
        user_id=1,
        assistant_uuid=ASSISTANT,
        mode=None,
        status="running",
        snapshot=snapshot,
        summary=summary_of([], total=1),
        created_at=NOW,
        finished_at=None,
    )


def test_the_snapshot_has_what_the_answers_depend_on() -> None:
    saved = FakeAssistants(assistant(goal="Sell."))
    snapshot = taken(
        saved, config=AssistantFields(goal="Help.", temperature=0), knowledge_base=OTHER
    )
    assert snapshot.configuration["goal"] == "Help."
    assert snapshot.configuration["model_name"] == "local-extractive"  # not: whatever is default
    assert snapshot.final_prompt == "Goal: Help."
    assert (snapshot.knowledge_base, snapshot.knowledge_base_version) == (OTHER, "w1")
    assert snapshot.configuration_hash != snapshot.saved_configuration_hash
    assert taken(saved).configuration_hash == snapshot.saved_configuration_hash


def test_a_knowledge_base_that_is_gone_has_no_version() -> None:
    saved = FakeAssistants(assistant(knowledge_base=UUID(int=77)))
    assert taken(saved).knowledge_base_version is None


def test_an_archived_assistant_and_wrong_assertions_are_refused() -> None:
    runs = FakeRuns()
    start = StartTestRun(runs=runs)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        start(
            wish(),
            run_id=RUN,
            assistants=FakeAssistants(assistant(archived_at=NOW)),
            knowledge=knowledge(),
        )
    wrong = case(assertions=[assertion("regex", "(")])
    with pytest.raises(InvalidRequest):
        start(
            wish(test_cases=[wrong]),
            run_id=RUN,
            assistants=FakeAssistants(assistant()),
            knowledge=knowledge(),
        )
    assert runs.started == []


def test_a_run_may_go_without_the_knowledge_base() -> None:
    snapshot = taken(FakeAssistants(assistant()), without_knowledge_base=True)
    assert (snapshot.knowledge_base, snapshot.knowledge_base_version) == (None, None)
    assert snapshot.configuration_hash != snapshot.saved_configuration_hash


def test_overriding_is_no_change_and_saving_is() -> None:
    saved = FakeAssistants(assistant(goal="Sell."))
    run = stored(taken(saved, config=AssistantFields(goal="Help.")))
    told = tell_run(run, today=Today(assistants=saved, knowledge=knowledge()))
    assert (told.configuration_changed, told.knowledge_base_changed) == (False, False)
    saved.saved = assistant(goal="Sell more.")
    later = Today(assistants=saved, knowledge=FakeKnowledge({BASE: "v2"}))
    told = tell_run(run, today=later)
    assert (told.configuration_changed, told.knowledge_base_changed) == (True, True)


def test_who_is_away_says_nothing_and_is_asked_once() -> None:
    saved = FakeAssistants(assistant())
    run = stored(taken(saved))
    saved.failing, saved.previews = Unavailable(), 0
    today = Today(assistants=saved, knowledge=knowledge())
    runs = [run, replace(run, id=2)]
    assert [tell_run(each, today=today).configuration_changed for each in runs] == [None, None]
    assert saved.previews == 1
