"""What an assertion may hold: said once, for suites that are written and for runs that are started."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import re2

from chassis.json_schema import Schema
from contracts.errors import InvalidRequest
from contracts.rpc.evaluation import MAX_SUITE_BYTES, Assertion, TestCase

MAX_FAULTS = 20
"""As many are told at once."""
MAX_DIFFERENT = {"regex": 200, "json_schema": 20}
"""Values of a suite: each takes milliseconds to be made ready, and the others wait meanwhile."""
MAX_PATTERN_MEMORY = 1024 * 1024
"""Bytes that RE2 may take for one pattern."""
TEXT_NEEDED = "value: Text is required."


def check_cases(cases: Sequence[TestCase], *, field: str = "test_cases") -> None:
    """Raises InvalidRequest on `field`, each message naming its case ("Case 3, assertion 1: ...")."""
    size = sum(len(case.model_dump_json().encode()) for case in cases)
    if size > MAX_SUITE_BYTES:
        told = (
            f"Ensure the cases have no more than {MAX_SUITE_BYTES} bytes in all; they have {size}."
        )
        raise InvalidRequest.on(field, told)
    _check_different(cases, field)
    faults = list(islice(_faults(cases), MAX_FAULTS))
    if faults:
        raise InvalidRequest.on(field, *faults)


def _check_different(cases: Sequence[TestCase], field: str) -> None:
    for kind, most in MAX_DIFFERENT.items():
        values = {_key(each) for case in cases for each in case.assertions if each.type == kind}
        if len(values) > most:
            told = f"Ensure the cases have no more than {most} different values of {kind}."
            raise InvalidRequest.on(field, told)


def _faults(cases: Sequence[TestCase]) -> Iterator[str]:
    known: dict[str, str] = {}
    for number, case in enumerate(cases, 1):
        for place, assertion in enumerate(case.assertions, 1):
            key = _key(assertion)
            if key not in known:
                known[key] = fault_of(assertion)
            if known[key]:
                yield f"Case {number}, assertion {place}, {known[key]}"


def _key(assertion: Assertion) -> str:
    return f"{assertion.type} {json.dumps(assertion.value)}"


def fault_of(assertion: Assertion) -> str:
    """What is wrong with it, as "value: ..."; empty when nothing is."""
    return _RULES[assertion.type](assertion.value)


def compiled_pattern(pattern: str) -> Any:
    """The pattern of a `regex`, by RE2: linear time whatever users write. Raises ValueError."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PATTERN_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        told = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(told) from None


def compiled_schema(schema: dict[str, Any]) -> Schema:
    """The schema of a `json_schema`: no check takes long, nothing is fetched. Raises ValueError."""
    return Schema(schema)


def _text(value: Any) -> str:
    return "" if isinstance(value, str) and value.strip() else TEXT_NEEDED


def _regex(value: Any) -> str:
    if _text(value):
        return TEXT_NEEDED
    return _unless_compiled(compiled_pattern, value, "Not a valid RE2 pattern")


def _json_schema(value: Any) -> str:
    if not isinstance(value, dict):
        return "value: A JSON Schema (an object) is required."
    return _unless_compiled(compiled_schema, value, "Not a valid JSON Schema (2020-12)")


def _unless_compiled(compile_: Callable[[Any], Any], value: Any, told: str) -> str:
    try:
        compile_(value)
    except ValueError as error:
        return f"value: {told}: {error}."
    return ""


def _document(value: Any) -> str:
    told = 'value: A document\'s id or name is required, or {"document_id", "chunk"}.'
    if isinstance(value, dict):
        is_told = _is_id(value.get("document_id"), least=1)
        is_told = is_told and ("chunk" not in value or _is_id(value["chunk"], least=0))
        return "" if is_told else told
    return "" if _is_id(value, least=1) or not _text(value) else told


def _is_id(value: Any, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _milliseconds(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if is_number and value > 0 else "value: Milliseconds, more than 0, are required."


def _nothing(value: Any) -> str:
    return "" if value in (None, "") else "value: This assertion has none."


_RULES: dict[str, Callable[[Any], str]] = {
    "contains": _text,
    "not_contains": _text,
    "regex": _regex,
    "similar": _text,
    "cites": _document,
    "refuses": _nothing,
    "json_schema": _json_schema,
    "latency_ms": _milliseconds,
    "judge": _text,
    "calls_tool": _text,
}
