"""Statistics of measured times."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self


def percentile(values: Sequence[float], share: float) -> float:
    """Linear between the two nearest ranks; share 0 to 1. Raises ValueError for no values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    rank = share * (len(ordered) - 1)
    below = ordered[math.floor(rank)]
    return below + (ordered[math.ceil(rank)] - below) * (rank - math.floor(rank))


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    n: int
    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Self:
        """From seconds."""
        p50, p95 = (percentile(seconds, share) * 1000 for share in (0.5, 0.95))
        return cls(len(seconds), round(p50, 3), round(p95, 3))

    def __str__(self) -> str:
        return f"{milliseconds(self.p50)} / {milliseconds(self.p95)} ms"

    def as_json(self) -> dict[str, float]:
        """n, p50, p95."""
        return asdict(self)


def differences(ours: Sequence[float], reference: Sequence[float]) -> list[float]:
    """Of pairs measured next to each other. Raises ValueError where they do not pair."""
    return [mine - other for mine, other in zip(ours, reference, strict=True)]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """95 % confidence interval of the median, by ranks: no shape of the noise is assumed."""
    ordered, n = sorted(values), len(values)
    reach = 0.98 * math.sqrt(n)
    low = max(math.floor(n / 2 - reach), 0)
    high = min(math.ceil(n / 2 + reach), n - 1)
    return ordered[low], ordered[high]


def milliseconds(value: float) -> str:
    """Three digits that count."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
