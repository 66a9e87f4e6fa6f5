"""What the cases of a run come to."""

from collections import Counter
from collections.abc import Sequence

from contracts.rpc.evaluation import CaseResult, Interval, Latency, Summary, Tokens, Verification
from services.evaluation.domain.statistics import percentile, student_interval, wilson_interval

COUNTED_AS: dict[Verification, str] = {"pass": "passed", "fail": "failed", "error": "errors"}


def summary_of(results: Sequence[CaseResult], *, total: int) -> Summary:
    """Of the verdicts that there are; `total` cases there will be."""
    counts = Counter(result.verification for result in results)
    scores = [result.score for result in results if result.score is not None]
    verdicts = counts["pass"] + counts["fail"]
    latencies = [each.latency_ms for each in results if each.latency_ms is not None]
    interval = mean_interval(scores)
    return Summary(
        total=total,
        passed=counts["pass"],
        failed=counts["fail"],
        errors=counts["error"],
        pending=total - len(results),
        score=interval.mean if interval else None,
        score_interval=interval,
        pass_rate=share_interval(counts["pass"], verdicts),
        metrics=_metrics(results),
        by_category=_by_category(results),
        latency_ms=_latency(latencies),
        tokens=Tokens(
            input=sum(each.input_tokens for each in results),
            output=sum(each.output_tokens for each in results),
        ),
    )


def mean_interval(values: Sequence[float]) -> Interval | None:
    """None of no values. Where several are all 0 or 1 it is a share: eight of eight are no certainty."""
    if not values:
        return None
    if len(values) > 1 and all(value in (0.0, 1.0) for value in values):
        return share_interval(list(values).count(1.0), len(values))
    mean, low, high = student_interval(values)
    return Interval(mean=mean, low=low, high=high, n=len(values))


def share_interval(hits: int, of: int) -> Interval | None:
    """None of no cases."""
    if not of:
        return None
    share, low, high = wilson_interval(hits, of)
    return Interval(mean=share, low=low, high=high, n=of)


def metric_names(results: Sequence[CaseResult]) -> list[str]:
    """All that one case or more has, in the order of their first appearance."""
    return list(dict.fromkeys(name for result in results for name in result.scores))


def _metrics(results: Sequence[CaseResult]) -> dict[str, Interval]:
    found: dict[str, Interval] = {}
    for name in metric_names(results):
        values = [result.scores[name] for result in results if name in result.scores]
        if interval := mean_interval(values):
            found[name] = interval
    return found


def _by_category(results: Sequence[CaseResult]) -> dict[str, dict[str, int]]:
    categories: dict[str, dict[str, int]] = {}
    for result in results:
        none_yet = {"passed": 0, "failed": 0, "errors": 0}
        counts = categories.setdefault(result.category, none_yet)
        counts[COUNTED_AS[result.verification]] += 1
    return categories


def _latency(values: Sequence[float]) -> Latency | None:
    if not values:
        return None
    return Latency(p50=percentile(values, 0.5), p95=percentile(values, 0.95))
