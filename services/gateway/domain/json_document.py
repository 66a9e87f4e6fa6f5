"""JSON as strictly as RFC 8259 wishes: what another reader might take differently is refused."""

import json
import math
from typing import Any

MAX_DEPTH = 100


def parse(raw: bytes) -> Any:
    """The value. Raises ValueError saying why: not UTF-8, not JSON, NaN, a key twice, too deep."""
    try:
        value = _DECODER.decode(raw.decode())
    except RecursionError:
        raise _too_deep() from None
    _check_depth(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("An object has the same key twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"Out of range float values are not JSON compliant: {name}")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"Out of range float values are not JSON compliant: {digits[:40]}")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
)


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> ValueError:
    return ValueError(f"Nested deeper than {MAX_DEPTH} levels")
