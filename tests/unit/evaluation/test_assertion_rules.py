"""What an assertion may hold."""

import time
from typing import Any

import pytest

from contracts.errors import InvalidRequest
from contracts.rpc.evaluation import MAX_SUITE_BYTES, Assertion, TestCase
from services.evaluation.domain.assertion_rules import (
    check_cases,
    compiled_pattern,
    compiled_schema,
    fault_of,
)

REMOTE = {"$ref": "http://127.0.0.1:9/schema.json"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("contains", "1890"),
        ("regex", r"(?i)\bopen(s|ed)?\b"),
        ("similar", "At nine."),
        ("cites", 7),
        ("cites", "harbour.md"),
        ("cites", {"document_id": 7, "chunk": 0}),
        ("refuses", None),
        ("json_schema", {"type": "object", "required": ["hours"]}),
        ("latency_ms", 1500.5),
        ("judge", "Is it polite?"),
        ("calls_tool", "order_status"),
    ],
)
def test_what_is_right_is_taken(kind: Any, value: Any) -> None:
    assert fault_of(Assertion(type=kind, value=value)) == ""


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("contains", None),
        ("not_contains", "  "),
        ("similar", 5),
        ("regex", "(unclosed"),
        ("regex", r"(a)\1"),  # RE2 has no back references: they cost exponential time
        ("cites", {"chunk": 3}),
        ("cites", {"document_id": 7, "chunk": -1}),
        ("cites", 0),
        ("refuses", "yes"),
        ("json_schema", "object"),
        ("json_schema", {"type": "no such type"}),
        ("json_schema", {"pattern": "(unclosed"}),
        ("json_schema", REMOTE),
        ("latency_ms", "fast"),
        ("latency_ms", 0),
        ("calls_tool", ""),
    ],
)
def test_what_is_wrong_is_told(kind: Any, value: Any) -> None:
    assert fault_of(Assertion(type=kind, value=value)).startswith("value: ")


def test_a_fault_names_its_case_and_its_assertion() -> None:
    good = TestCase(question="When?")
    right, wrong = Assertion(type="refuses"), Assertion(type="latency_ms", value=-1)
    bad = TestCase(question="Where?", assertions=[right, wrong])
    with pytest.raises(InvalidRequest) as refused:
        check_cases([good, good, bad])
    (told,) = refused.value.fields["test_cases"]
    assert told.startswith("Case 3, assertion 2, value: ")


def test_a_suite_that_no_message_could_carry_is_refused_by_its_bytes() -> None:
    long = TestCase(question="क" * 20_000)  # three bytes a letter
    check_cases([long] * 8)
    with pytest.raises(InvalidRequest) as refused:
        check_cases([long] * 9)
    assert str(MAX_SUITE_BYTES) in refused.value.fields["test_cases"][0]


def test_no_pattern_of_users_takes_long() -> None:
    text = "a" * 50_000 + "!"
    assert compiled_pattern("(a+)+$").search(text) is None
    schema = compiled_schema({"type": "string", "pattern": "^(a+)+$"})
    assert schema.faults(text)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("regex", [rf"\pL{{8}}{number}" for number in range(201)]),
        ("json_schema", [{"title": str(number)} for number in range(21)]),
    ],
)
def test_a_suite_has_only_so_many_patterns_and_schemas(kind: Any, values: list[Any]) -> None:
    """Each costs its service time that all other users wait."""
    asserted = [Assertion(type=kind, value=value) for value in values]
    cases = [
        TestCase(question="Who?", assertions=asserted[at : at + 50])
        for at in range(0, len(values), 50)
    ]
    with pytest.raises(InvalidRequest) as refused:
        check_cases(cases)
    assert "different values" in str(refused.value.fields)


def test_what_is_said_again_is_checked_once() -> None:
    again = [Assertion(type="regex", value=r"\pL{8}")] * 50
    began = time.perf_counter()
    check_cases([TestCase(question="Who?", assertions=again)] * 80)
    assert time.perf_counter() - began < 2  # 4,000 of them would take ten
