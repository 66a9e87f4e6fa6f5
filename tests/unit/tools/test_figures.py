"""Statistics of the benchmark."""

import random

import pytest

from tools.bench.figures import Spread, differences, interval, milliseconds, percentile


def test_a_percentile_lies_between_the_two_nearest_ranks() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert percentile([10.0, 20.0], 0.95) == pytest.approx(19.5)


def test_the_ends_are_the_smallest_and_the_largest() -> None:
    assert percentile([3.0, 1.0, 2.0], 0) == 1.0
    assert percentile([3.0, 1.0, 2.0], 1) == 3.0
    assert percentile([7.0], 0.95) == 7.0


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_spread_is_told_in_milliseconds() -> None:
    spread = Spread.of([0.001, 0.002, 0.003])
    assert (spread.n, spread.p50, spread.p95) == (3, 2.0, 2.9)
    assert str(spread) == "2.00 / 2.90 ms"


def test_differences_are_of_pairs() -> None:
    assert differences([5.0, 1.0], [2.0, 3.0]) == [3.0, -2.0]
    with pytest.raises(ValueError, match="shorter"):
        differences([1.0, 2.0], [1.0])


def test_the_p50_of_pairs_is_not_the_difference_of_the_p50s() -> None:
    ours, reference = [1.0, 2.0, 30.0], [10.0, 1.0, 2.0]
    assert percentile(differences(ours, reference), 0.5) == 1.0
    assert percentile(ours, 0.5) - percentile(reference, 0.5) == 0.0


def test_the_interval_holds_the_median_nineteen_times_in_twenty() -> None:
    noise = random.Random(3)
    held = 0
    for _ in range(400):
        low, high = interval([noise.expovariate(1) for _ in range(40)])
        held += low <= 0.6931 <= high
    assert 0.93 <= held / 400 <= 0.995


def test_an_interval_of_few_values_is_all_of_them() -> None:
    assert interval([3.0, 1.0, 2.0]) == (1.0, 3.0)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.1234, "0.12"), (9.996, "10.00"), (12.34, "12.3"), (123.4, "123"), (-15.55, "-15.6")],
)
def test_a_time_has_the_digits_that_count(value: float, said: str) -> None:
    assert milliseconds(value) == said
