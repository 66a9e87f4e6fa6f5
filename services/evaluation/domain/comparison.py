"""What one run changed against another, question by question, and whether it is more than noise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from contracts.rpc.evaluation import CaseResult, ComparedCase, Difference
from services.evaluation.domain.statistics import (
    bootstrap_interval,
    exact_mcnemar,
    mean_of,
    sign_flip_p,
)
from services.evaluation.domain.totals import metric_names
from services.evaluation.domain.wording import normalised

SIGNIFICANT_BELOW = 0.05
ROUNDING = 0.005
"""Scores nearer to each other than that are equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """The same questions in both runs, and how many one of them has alone."""

    pairs: list[tuple[CaseResult, CaseResult]]
    only_in_base: int
    only_in_other: int


def paired(base: Sequence[CaseResult], other: Sequence[CaseResult]) -> Paired:
    """By question; one that is asked more than once is paired in order."""
    waiting: dict[str, list[CaseResult]] = {}
    for result in other:
        waiting.setdefault(normalised(result.question), []).append(result)
    pairs = [
        (result, same.pop(0))
        for result in base
        if (same := waiting.get(normalised(result.question)))
    ]
    return Paired(
        pairs=pairs,
        only_in_base=len(base) - len(pairs),
        only_in_other=len(other) - len(pairs),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Differences of the pairs. An error in either run is no verdict: such a pair counts for metrics only.

    What was measured of it was measured all the same.
    """

    pass_rate: Difference | None
    score: Difference | None
    metrics: dict[str, Difference]
    better: list[ComparedCase] = field(default_factory=list)
    worse: list[ComparedCase] = field(default_factory=list)
    fixed: list[ComparedCase] = field(default_factory=list)
    broken: list[ComparedCase] = field(default_factory=list)

    @property
    def decided(self) -> int:
        """Pairs with a verdict in both runs."""
        return self.pass_rate.n if self.pass_rate else 0


def changes_of(pairs: Sequence[tuple[CaseResult, CaseResult]]) -> Changes:
    """Positive differences are better in the other run; each list has the largest change first."""
    decided = [
        pair for pair in pairs if "error" not in (pair[0].verification, pair[1].verification)
    ]
    names = metric_names([result for pair in pairs for result in pair])
    metrics = {name: _difference(_both(pairs, _metric(name))) for name in names}
    by_gain = sorted(decided, key=_gain)
    return Changes(
        pass_rate=_pass_rate(decided),
        score=_difference(_both(decided, lambda result: result.score)),
        metrics={name: found for name, found in metrics.items() if found},
        better=[_told(pair) for pair in reversed(by_gain) if _gain(pair) > ROUNDING],
        worse=[_told(pair) for pair in by_gain if _gain(pair) < -ROUNDING],
        fixed=[_told(pair) for pair in decided if _flip(pair) == ("fail", "pass")],
        broken=[_told(pair) for pair in decided if _flip(pair) == ("pass", "fail")],
    )


def _metric(name: str) -> Callable[[CaseResult], float | None]:
    return lambda result: result.scores.get(name)


def _both(
    pairs: Sequence[tuple[CaseResult, CaseResult]], value: Callable[[CaseResult], float | None]
) -> list[tuple[float, float]]:
    found = ((value(base), value(other)) for base, other in pairs)
    return [(base, other) for base, other in found if base is not None and other is not None]


def _flip(pair: tuple[CaseResult, CaseResult]) -> tuple[str, str]:
    return pair[0].verification, pair[1].verification


def _gain(pair: tuple[CaseResult, CaseResult]) -> float:
    return (pair[1].score or 0.0) - (pair[0].score or 0.0)


def _difference(values: Sequence[tuple[float, float]]) -> Difference | None:
    if not values:
        return None
    differences = [other - base for base, other in values]
    return _told_difference(values, p_value=sign_flip_p(differences))


def _pass_rate(pairs: Sequence[tuple[CaseResult, CaseResult]]) -> Difference | None:
    if not pairs:
        return None
    flips = [_flip(pair) for pair in pairs]
    p_value = exact_mcnemar(flips.count(("fail", "pass")), flips.count(("pass", "fail")))
    passed = [(float(base == "pass"), float(other == "pass")) for base, other in flips]
    return _told_difference(passed, p_value=p_value)


def _told_difference(values: Sequence[tuple[float, float]], *, p_value: float) -> Difference:
    differences = [other - base for base, other in values]
    low, high = bootstrap_interval(differences)
    return Difference(
        base=mean_of([base for base, _ in values]),
        other=mean_of([other for _, other in values]),
        difference=mean_of(differences),
        low=low,
        high=high,
        p_value=p_value,
        is_significant=p_value < SIGNIFICANT_BELOW,
        n=len(values),
    )


def _told(pair: tuple[CaseResult, CaseResult]) -> ComparedCase:
    base, other = pair
    return ComparedCase(
        question=base.question,
        category=base.category,
        base_idx=base.idx,
        other_idx=other.idx,
        base=base.verification,
        other=other.verification,
        base_score=base.score,
        other_score=other.score,
    )


def verdict_of(changes: Changes) -> str:
    """One sentence: what the verdicts say, else what the scores say, else that nothing is sure."""
    if not changes.decided:
        return "nothing to compare: no case has a verdict in both runs"
    if changes.pass_rate and changes.pass_rate.is_significant:
        return _by_verdicts(changes, changes.pass_rate)
    if changes.score and changes.score.is_significant:
        way = "better" if changes.score.difference > 0 else "worse"
        return (
            f"{way}: the mean score went from {changes.score.base:.2f} to {changes.score.other:.2f} "
            f"over {changes.score.n} cases (p = {_shown(changes.score.p_value)})"
        )
    told = f"{len(changes.fixed)} fixed, {len(changes.broken)} broken of {_cases(changes.decided)}"
    return f"no difference beyond noise: {told}"


def _by_verdicts(changes: Changes, rate: Difference) -> str:
    counts, opposite = (len(changes.fixed), "fixed"), (len(changes.broken), "broke")
    way = "better"
    if rate.difference < 0:
        way, counts, opposite = "worse", opposite, counts
    also = f", {opposite[0]} {opposite[1]}" if opposite[0] else ""
    verb = "were fixed" if counts[1] == "fixed" else "broke"
    told = f"{counts[0]} of {_cases(changes.decided)} {verb}{also}"
    return f"{way}: {told} (p = {_shown(rate.p_value)})"


def _cases(count: int) -> str:
    return f"{count} case" if count == 1 else f"{count} cases"


def _shown(p_value: float) -> str:
    return f"{p_value:.3f}" if p_value >= 0.001 else "below 0.001"
