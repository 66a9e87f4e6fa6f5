"""Pass, fail and error are three things."""

import pytest

from services.evaluation.domain.asked import Undecided
from services.evaluation.domain.retrieval import retrieval_scores
from services.evaluation.domain.verdict import verdict_on
from tests.unit.evaluation.answers import FEES, HOURS, SHIPS, assertion, case, evidence

AWAY = Undecided("The model server is temporarily unavailable.")


def test_a_case_passes_where_all_assertions_hold_and_scores_by_weight() -> None:
    asserted = [assertion("contains", "nine", weight=3), assertion("contains", "ten")]
    verdict = verdict_on(case(assertions=asserted), evidence("At nine."))
    assert (verdict.verification, verdict.score) == ("fail", 0.75)
    assert verdict.reason == 'contains: The answer does not contain "ten".'
    assert verdict_on(case(assertions=asserted), evidence("From nine to ten.")).score == 1.0


def test_one_undecided_assertion_makes_an_error_without_a_score() -> None:
    asserted = [assertion("contains", "never"), assertion("similar", "nine")]
    verdict = verdict_on(case(assertions=asserted), evidence("At nine.", vectors=AWAY))
    assert (verdict.verification, verdict.score) == ("error", None)
    assert AWAY.reason in verdict.reason


def test_assertions_that_need_no_model_are_decided_without_one() -> None:
    verdict = verdict_on(
        case(assertions=[assertion("contains", "nine")], ideal_answer="At nine."),
        evidence("At nine.", vectors=AWAY),
    )
    assert verdict.verification == "pass"
    assert "answer_similarity" not in verdict.scores


def test_without_assertions_the_ideal_answer_and_the_passages_decide() -> None:
    wanted = case(ideal_answer="The library opens at nine.", source=[HOURS])
    right = verdict_on(wanted, evidence("The library opens at nine."))
    assert (right.verification, right.score) == ("pass", 1.0)
    assert right.scores["hit@1"] == 1.0
    wrong = verdict_on(wanted, evidence("Cards cost five euros a year."))
    assert wrong.verification == "fail"
    assert wrong.scores["groundedness"] == 1.0  # it is quoted, and answers something else
    free = verdict_on(wanted, evidence("The library opens at nine.", citations=(SHIPS,)))
    assert (free.verification, free.scores["groundedness"]) == ("fail", 0.0)


def test_without_an_ideal_answer_groundedness_alone_decides() -> None:
    grounded = verdict_on(case(), evidence("On Sundays it is closed."))
    assert (grounded.verification, grounded.score) == ("pass", 1.0)
    assert verdict_on(case(), evidence("Penguins swim.")).verification == "fail"
    assert verdict_on(case(), evidence("")).verification == "fail"
    assert verdict_on(case(), evidence("I don't know.")).verification == "fail"
    assert verdict_on(case(), evidence("x", vectors=AWAY)).verification == "error"


def test_an_unanswerable_case_wants_a_refusal() -> None:
    wanted = case(category="Unanswerable")
    assert verdict_on(wanted, evidence("I don't know.", citations=())).verification == "pass"
    assert verdict_on(wanted, evidence("It opens at nine.")).verification == "fail"


def test_a_refusal_may_have_other_words_than_the_ideal_one() -> None:
    wanted = case(ideal_answer="The documents do not contain an answer to this question.")
    verdict = verdict_on(wanted, evidence("Sorry, I couldn't find that.", citations=()))
    assert (verdict.verification, verdict.scores) == ("pass", {"answer_similarity": 1.0})


def test_another_number_is_another_answer() -> None:
    wanted = case(ideal_answer="The card costs 25 euros per year for adults.")
    said = "The card costs 15 euros per year for adults."
    passage = HOURS.model_copy(update={"text": said})
    verdict = verdict_on(wanted, evidence(said, citations=(passage,)))
    assert verdict.scores["answer_similarity"] < 0.5
    assert verdict.score is not None


@pytest.mark.parametrize(
    ("retrieved", "hit1", "hit5", "mrr", "ndcg"),
    [
        ([HOURS, FEES], 1.0, 1.0, 1.0, 1.0),
        ([SHIPS, HOURS], 0.0, 1.0, 0.5, 0.631),
        ([SHIPS] * 6 + [HOURS], 0.0, 0.0, 1 / 7, 0.333),
        ([SHIPS], 0.0, 0.0, 0.0, 0.0),
        ([], 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_retrieval_is_scored_against_the_cases_own_passage(
    retrieved: list, hit1: float, hit5: float, mrr: float, ndcg: float
) -> None:
    scores = retrieval_scores([HOURS], retrieved)
    expected = {"hit@1": hit1, "hit@5": hit5, "hit@k": float(mrr > 0), "mrr": mrr, "ndcg": ndcg}
    assert scores == pytest.approx(expected, abs=0.001)


def test_a_document_that_was_cut_anew_is_still_found() -> None:
    larger = HOURS.model_copy(update={"chunk": 0, "text": f"{HOURS.text} {FEES.text} More text."})
    part = HOURS.model_copy(update={"chunk": 9, "text": "On Sundays it is closed."})
    replaced = HOURS.model_copy(update={"text": "Something else stands here in this chunk now."})
    assert retrieval_scores([HOURS], [larger])["hit@1"] == 1.0
    assert retrieval_scores([HOURS, FEES], [larger])["ndcg"] == 1.0
    assert retrieval_scores([HOURS], [part])["hit@1"] == 1.0
    assert retrieval_scores([HOURS], [replaced])["hit@1"] == 0.0
    assert retrieval_scores([], [HOURS]) == {}
