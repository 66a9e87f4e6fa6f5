"""Totals, their intervals, and comparisons of runs."""

import pytest

from services.evaluation.domain.comparison import changes_of, paired, verdict_of
from services.evaluation.domain.snapshot import cases_hash, changed_fields, configuration_hash
from services.evaluation.domain.statistics import (
    exact_mcnemar,
    percentile,
    sign_flip_p,
    student_interval,
    wilson_interval,
)
from services.evaluation.domain.totals import summary_of
from tests.unit.evaluation.answers import case, result


def test_errors_are_no_verdicts() -> None:
    results = [result(0, "pass"), result(1, "fail"), result(2, "error", latency_ms=None)]
    summary = summary_of(results, total=5)
    assert (summary.passed, summary.failed, summary.errors, summary.pending) == (1, 1, 1, 2)
    assert summary.score == 0.5
    assert summary.pass_rate is not None
    assert summary.pass_rate.n == 2
    assert summary.by_category == {"single-hop": {"passed": 1, "failed": 1, "errors": 1}}
    assert summary.latency_ms is not None
    assert summary.latency_ms.p50 == 100.5
    assert summary.tokens.input == 30


def test_nothing_is_made_up_before_the_first_verdict() -> None:
    for results in ([], [result(0, "error", latency_ms=None)]):
        summary = summary_of(results, total=2)
        assert (summary.score, summary.score_interval, summary.pass_rate) == (None, None, None)
        assert summary.latency_ms is None


def test_a_few_hits_in_a_row_are_no_certainty() -> None:
    summary = summary_of([result(idx, "pass") for idx in range(8)], total=8)
    assert summary.score_interval is not None
    assert (summary.score_interval.mean, summary.score_interval.high) == (1.0, 1.0)
    assert summary.score_interval.low == pytest.approx(0.676, abs=0.001)


def test_metrics_are_means_over_the_cases_that_have_them() -> None:
    results = [
        result(0, "pass", scores={"mrr": 1.0, "ndcg": 1.0}),
        result(1, "fail", scores={"mrr": 0.5}),
        result(2, "error", scores={"mrr": 0.0}),
    ]
    metrics = summary_of(results, total=3).metrics
    assert metrics["mrr"].mean == pytest.approx(0.5)
    assert (metrics["mrr"].n, metrics["ndcg"].n) == (3, 1)
    assert (metrics["ndcg"].low, metrics["ndcg"].high) == (0.0, 1.0)  # one value says little


def test_intervals_are_those_of_the_books() -> None:
    assert wilson_interval(8, 10) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)
    assert wilson_interval(10, 10) == pytest.approx((1.0, 0.7225, 1.0), abs=1e-4)
    mean, low, high = student_interval([0.2, 0.4, 0.4, 0.6, 0.7, 0.5, 0.3])
    assert (mean, low, high) == pytest.approx((0.4429, 0.2839, 0.6018), abs=2e-4)
    assert student_interval([1.0, 0.0]) == (0.5, 0.0, 1.0)
    assert percentile([4, 1, 3, 2], 0.5) == 2.5
    assert exact_mcnemar(0, 7) == pytest.approx(0.015625)
    assert exact_mcnemar(0, 0) == 1.0
    assert sign_flip_p([-0.5] * 6) == pytest.approx(2 / 64)
    assert sign_flip_p([0.1, -0.1] * 10) > 0.5
    assert sign_flip_p([0.5] * 40) < 0.001


def test_the_same_results_are_no_difference() -> None:
    run = [result(idx, "pass" if idx % 4 else "fail") for idx in range(32)]
    changes = changes_of(paired(run, run).pairs)
    assert changes.pass_rate is not None
    assert (changes.pass_rate.difference, changes.pass_rate.p_value) == (0.0, 1.0)
    assert [*changes.better, *changes.worse, *changes.fixed, *changes.broken] == []
    assert verdict_of(changes) == "no difference beyond noise: 0 fixed, 0 broken of 32 cases"


def test_a_worse_run_is_called_worse_and_says_what_broke() -> None:
    base = [result(idx, "pass") for idx in range(32)]
    other = [result(idx, "fail" if idx < 7 else "pass") for idx in range(32)]
    changes = changes_of(paired(base, other).pairs)
    assert verdict_of(changes) == "worse: 7 of 32 cases broke (p = 0.016)"
    assert [each.base_idx for each in changes.broken] == list(range(7))
    assert len(changes.worse) == 7
    assert verdict_of(changes_of(paired(other, base).pairs)).startswith(
        "better: 7 of 32 cases were"
    )


def test_a_few_flips_are_noise() -> None:
    base = [result(idx, "pass") for idx in range(32)]
    other = [result(idx, "fail" if idx < 3 else "pass") for idx in range(32)]
    assert verdict_of(changes_of(paired(base, other).pairs)).startswith(
        "no difference beyond noise"
    )


def test_scores_may_differ_where_verdicts_do_not() -> None:
    base = [result(idx, "pass", score=0.9) for idx in range(12)]
    other = [result(idx, "pass", score=0.6) for idx in range(12)]
    changes = changes_of(paired(base, other).pairs)
    assert changes.score is not None
    assert changes.score.high < 0
    assert verdict_of(changes).startswith("worse: the mean score went from 0.90 to 0.60")


def test_errors_never_flip() -> None:
    base = [result(idx, "pass", scores={"mrr": 1.0}) for idx in range(20)]
    other = [result(idx, "error", scores={"mrr": 0.5}) for idx in range(20)]
    changes = changes_of(paired(base, other).pairs)
    assert (changes.pass_rate, changes.score, changes.broken) == (None, None, [])
    assert changes.metrics["mrr"].is_significant  # what was measured is measured all the same
    assert verdict_of(changes) == "nothing to compare: no case has a verdict in both runs"


def test_questions_are_paired_whatever_their_order() -> None:
    base = [result(0, "pass"), result(1, "pass", question="Same?"), result(2, "fail")]
    other = [result(0, "fail", question=" question 2?"), result(1, "fail", question="same?")]
    found = paired(base, other)
    assert [(one.idx, two.idx) for one, two in found.pairs] == [(1, 1), (2, 0)]
    assert (found.only_in_base, found.only_in_other) == (1, 0)


def test_hashes_tell_what_matters_apart() -> None:
    fields = {"goal": "Help", "updated_at": "2026-01-01", "assistant_name": "A"}
    renamed = {**fields, "updated_at": "2026-02-02", "assistant_name": "B"}
    told = {"final_prompt": "You help.", "model": "m"}
    assert configuration_hash(fields, **told) == configuration_hash(renamed, **told)
    assert configuration_hash(fields, **told) != configuration_hash({**fields, "goal": "x"}, **told)
    assert configuration_hash(fields, **told) != configuration_hash(
        fields, **{**told, "model": "n"}
    )
    assert changed_fields(fields, {**renamed, "goal": "x"}) == ["goal"]
    assert cases_hash([case()]) != cases_hash([case(ideal_answer="Nine.")])
