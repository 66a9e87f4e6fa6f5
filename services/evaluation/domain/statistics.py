"""How sure a number over cases is. Everything is deterministic: what is drawn is drawn by a fixed seed."""

import math
from collections.abc import Sequence
from random import Random

Z = 1.959963984540054
"""97.5 % of a normal distribution lie below."""
_FEW: dict[int, float] = {1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764}
"""Student's t where the series below is too coarse, by degrees of freedom."""
DRAWS = 2_000
ALL_SIGNS_UP_TO = 11
"""So many differences give 2,048 ways to sign them: then all are tried."""
SEED = 1908


def mean_of(values: Sequence[float]) -> float:
    """Of one value or more."""
    return math.fsum(values) / len(values)


def student_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean with its 95 % interval by Student's t, kept within 0 and 1; one value says nothing: 0 to 1."""
    mean = mean_of(values)
    if len(values) < 2:
        return mean, 0.0, 1.0
    freedom = len(values) - 1
    variance = math.fsum((value - mean) ** 2 for value in values) / freedom
    half = _student(freedom) * math.sqrt(variance / len(values))
    return mean, max(0.0, mean - half), min(1.0, mean + half)


def _student(freedom: int) -> float:
    """Cornish and Fisher's series from Z."""
    if freedom in _FEW:
        return _FEW[freedom]
    first: float = (Z**3 + Z) / 4
    second: float = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third: float = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return float(Z + first / freedom + second / freedom**2 + third / freedom**3)


def wilson_interval(hits: int, of: int) -> tuple[float, float, float]:
    """The share with its 95 % interval; it is honest for few cases, and for none or all of them."""
    share = hits / of
    middle = share + Z * Z / (2 * of)
    half = Z * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    scale = 1 + Z * Z / of
    return share, max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def percentile(values: Sequence[float], share: float) -> float:
    """Between the two nearest values, by distance."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def exact_mcnemar(gained: int, lost: int) -> float:
    """p of so uneven a split of the changed cases, two-sided, if both ways were as likely."""
    changed = gained + lost
    tail = sum(math.comb(changed, count) for count in range(min(gained, lost) + 1))
    return min(1.0, 2 * tail / (1 << changed))


def sign_flip_p(differences: Sequence[float]) -> float:
    """p of so large a mean difference, two-sided, if each pair might as well be the other way round."""
    changed = [each for each in differences if each]
    observed = abs(math.fsum(changed)) * (1 - 1e-12)
    if len(changed) <= ALL_SIGNS_UP_TO:
        ways = range(1 << len(changed))
        return sum(_flipped(changed, way) >= observed for way in ways) / len(ways)
    draw = Random(SEED)  # noqa: S311 - nothing is secret here
    drawn = (draw.getrandbits(len(changed)) for _ in range(DRAWS))
    return (1 + sum(_flipped(changed, way) >= observed for way in drawn)) / (DRAWS + 1)


def _flipped(differences: Sequence[float], signs: int) -> float:
    total = math.fsum(
        -each if signs >> place & 1 else each for place, each in enumerate(differences)
    )
    return abs(total)


def bootstrap_interval(differences: Sequence[float]) -> tuple[float, float]:
    """95 % of the means of cases drawn again lie between."""
    draw = Random(SEED)  # noqa: S311 - nothing is secret here
    count = len(differences)
    means = sorted(sum(draw.choices(differences, k=count)) / count for _ in range(DRAWS))
    return percentile(means, 0.025), percentile(means, 0.975)
