"""A case is asked, and given its verdict, whatever its surroundings do."""

import pytest

from contracts.errors import InvalidRequest, Unavailable
from services.evaluation.domain.asked import Judgement, Undecided
from services.evaluation.usecases.run_case import MOST_LOST_WORKERS, RunCase
from tests.unit.evaluation.answers import HOURS, asked, assertion, case
from tests.unit.evaluation.fakes import NOW, FakeDesk, FakeLeases, Surroundings, claim, snapshot

AWAY = Unavailable.of("Chat")
WANTED = case(ideal_answer="The library opens at nine.", source=[HOURS])


def run_case(desk: FakeDesk, there: Surroundings) -> None:
    RunCase(
        desk=desk,
        leases=FakeLeases(),
        assistant=there,
        retrieval=there,
        embedder=there,
        judge=there,
        patience_s=300,
        now=lambda: NOW,
    )(5)


def test_a_case_gets_its_verdict_with_the_whole_passage_behind_a_shortened_citation() -> None:
    shortened = HOURS.model_copy(update={"text": "…is closed."})
    said = asked("The library opens at nine.", citations=(shortened,), retrieved=())
    desk = FakeDesk(claim(WANTED))
    run_case(desk, Surroundings(said=said))
    assert desk.result is not None
    assert desk.result.verification == "pass"
    assert desk.result.scores["groundedness"] == 1.0
    assert (desk.result.scores["hit@1"], desk.result.scores["mrr"]) == (0.0, 0.5)


def test_without_a_knowledge_base_nothing_is_searched() -> None:
    desk = FakeDesk(claim(case(assertions=[assertion("contains", "nine")])))
    assert desk.waiting
    desk.waiting = claim(desk.waiting.case, snapshot=snapshot(knowledge_base=None))
    run_case(desk, Surroundings(found=AssertionError("searched")))
    assert desk.result is not None
    assert desk.result.verification == "pass"


@pytest.mark.parametrize("there", [{"said": AWAY}, {"found": AWAY}, {"embedding": AWAY}])
def test_what_is_away_is_waited_for(there: dict) -> None:
    desk = FakeDesk(claim(WANTED))
    with pytest.raises(Unavailable):
        run_case(desk, Surroundings(**there))
    assert (desk.result, desk.given_back) == (None, 1)


def test_in_the_end_it_is_an_error_with_its_reason() -> None:
    for there in ({"said": AWAY}, {"found": AWAY}, {"embedding": AWAY}):
        desk = FakeDesk(claim(WANTED, tried_for_s=301))
        run_case(desk, Surroundings(**there))
        assert desk.result is not None
        assert (desk.result.verification, desk.result.score) == ("error", None)
        assert desk.result.verification_result == AWAY.detail


def test_in_the_end_a_verdict_that_needs_no_vectors_goes_without() -> None:
    tested = case(assertions=[assertion("contains", "nine")], ideal_answer="Nine.")
    desk = FakeDesk(claim(tested, tried_for_s=301))
    run_case(desk, Surroundings(embedding=AWAY))
    assert desk.result is not None
    assert desk.result.verification == "pass"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Undecided("The answer broke off."), "The answer broke off."),
        (InvalidRequest("The model has no tools."), "The model has no tools."),
        (ZeroDivisionError("a bug"), "internal error"),
    ],
)
def test_an_answer_that_cannot_be_had_is_an_error_at_once(said: object, reason: str) -> None:
    desk = FakeDesk(claim(WANTED))
    run_case(desk, Surroundings(said=said))  # type: ignore[arg-type]
    assert desk.result is not None
    assert desk.result.verification == "error"
    assert reason in desk.result.verification_result
    assert desk.result.latency_ms is None


def test_each_rubric_is_judged_once_and_nonsense_is_an_error() -> None:
    asserted = [assertion("judge", "Kind?"), assertion("judge", "Kind?", threshold=0.9)]
    desk, there = FakeDesk(claim(case(assertions=asserted))), Surroundings()
    run_case(desk, there)
    assert there.judged == ["Kind?"]
    nonsense = Surroundings(opinion=Undecided("The judge answered nonsense: 'ok'"))
    desk = FakeDesk(claim(case(assertions=asserted)))
    run_case(desk, nonsense)
    assert desk.result is not None
    assert (desk.result.verification, desk.result.score) == ("error", None)
    assert "nonsense" in desk.result.verification_result


def test_a_case_that_ends_its_workers_is_an_error_and_is_not_asked_again() -> None:
    desk = FakeDesk(claim(WANTED, lost_workers=MOST_LOST_WORKERS))
    run_case(desk, Surroundings(said=AssertionError("asked")))
    assert desk.result is not None
    assert desk.result.verification == "error"
    assert "died" in desk.result.verification_result


def test_a_case_that_is_done_is_not_asked_again() -> None:
    desk = FakeDesk(None)
    run_case(desk, Surroundings(said=AssertionError("asked")))
    assert desk.result is None


def test_what_a_model_writes_can_always_be_kept() -> None:
    """A verdict that the database refused would be given again and again."""
    rubric = case(assertions=[assertion("judge", "Kind?")])
    opinion = Judgement(score=1, reason="fine\x00 \ud800" + 5_000 * "!")
    desk = FakeDesk(claim(rubric))
    run_case(desk, Surroundings(said=asked("At\x00 nine. \udfff"), opinion=opinion))
    assert desk.result is not None
    (checked,) = desk.result.assertions
    for text in (desk.result.agent, desk.result.verification_result, checked.reason):
        assert "\x00" not in text
        text.encode()
    assert len(checked.reason) == 1_000
