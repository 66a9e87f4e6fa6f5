"""Values of DuckDB as JSON text: exact numbers, ISO 8601 dates, null for what is no number."""

import datetime as dt
import json
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

_TYPES = {"BOOLEAN": "boolean", "DATE": "date"}
_INTEGERS = frozenset(
    f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE", "")
) | {"INTEGER", "UINTEGER"}
_LONGEST_CLEAN = 12
_NOISE_FREE = ".13g"


def column_type(name: str) -> str:
    """DuckDB's type as one of ours."""
    if name in _INTEGERS:
        return "integer"
    if name in {"DOUBLE", "FLOAT"} or name.startswith("DECIMAL"):
        return "number"
    if name.startswith("TIMESTAMP"):
        return "datetime"
    return _TYPES.get(name, "text")


def row_json(row: Sequence[Any]) -> str:
    """A row as a JSON list."""
    return f"[{','.join(map(cell_json, row))}]"


def cell_json(value: Any) -> str:
    """One value; lists and structs too."""
    return _WRITERS.get(type(value), _text_json)(value)


def _float_json(value: float) -> str:
    return repr(_without_noise(value)) if math.isfinite(value) else "null"


def _decimal_json(value: Decimal) -> str:
    return f"{value:f}" if value.is_finite() else "null"


def _struct_json(value: dict[Any, Any]) -> str:
    pairs = (f"{json.dumps(str(key))}:{cell_json(each)}" for key, each in value.items())
    return f"{{{','.join(pairs)}}}"


def _text_json(value: Any) -> str:
    return json.dumps(_text(value), ensure_ascii=False)


def _text(value: Any) -> str:
    if isinstance(value, dt.datetime):
        in_utc = value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
        return in_utc.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return value.hex()
    return str(value)


def _without_noise(value: float) -> float:
    """A sum of cents as cents: adding leaves 95704590.85999992 where 95704590.86 is meant.

    Only where the shorter number is within a part in ten trillion.
    """
    shorter = float(format(value, _NOISE_FREE))
    return shorter if _digits(shorter) <= _LONGEST_CLEAN < _digits(value) else value


def _digits(value: float) -> int:
    return len(repr(value).partition("e")[0].replace(".", "").lstrip("-0"))


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _float_json,
    Decimal: _decimal_json,
    list: row_json,
    tuple: row_json,
    dict: _struct_json,
}
