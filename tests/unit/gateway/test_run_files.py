"""A run as CSV and as JUnit XML: readable by what reads them, whatever the texts hold."""

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.plain_text import without_controls
from services.gateway.domain.run_as_csv import COLUMNS, run_as_csv
from services.gateway.domain.run_as_junit import run_as_junit
from tests.unit.gateway.runs import RUN_ID, case, run_of

ANY_TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_line_per_case_with_the_scores_that_any_case_has() -> None:
    told = case(
        1,
        "fail",
        scores={"mrr": 0.5},
        assertions=[
            {"type": "contains", "negate": True, "passed": False, "score": None, "weight": 1.0,
             "reason": 'It says "x".'},
            {"type": "refuses", "negate": False, "passed": None, "score": None, "weight": 1.0,
             "reason": ""},
        ],
        citations=[{"document_name": "a.md", "chunk": 2}, {"document_name": "b.md"}],
        tools=["weather"],
    )  # fmt: skip
    text = run_as_csv(run_of(case(0), told))

    assert text.endswith("\r\n")
    first, second = rows(text)
    assert list(first) == [*COLUMNS, "score: groundedness", "score: mrr"]
    assert (first["idx"], first["score: groundedness"], first["score: mrr"]) == ("0", "1.0", "")
    assert second["assertions"] == 'not contains: failed. It says "x"\nrefuses: undecided'
    assert second["citations"] == "a.md #2\nb.md"
    assert (second["tools"], second["finished_at"]) == ("weather", "2026-01-02T03:04:05Z")


@pytest.mark.parametrize("begins", "=+-@\t\r\n＝＋－＠")
def test_no_cell_is_a_formula(begins: str) -> None:
    hostile = f"{begins}cmd|'/c calc'!A1"
    [row] = rows(run_as_csv(run_of(case(0, agent=hostile, category=hostile, scores={"=x": 1.0}))))
    assert row["agent"] == row["category"] == f"'{hostile}"


def test_a_control_character_does_not_hide_a_formula() -> None:
    [row] = rows(run_as_csv(run_of(case(0, agent="\x1b=1+1"))))
    assert row["agent"] == "'=1+1"


@given(ANY_TEXT)
def test_every_text_comes_through_both_files(text: str) -> None:
    run = run_of(case(0, "fail", agent=text, question=text or "?", verification_result=text))

    [row] = rows(run_as_csv(run))
    assert row["agent"].removeprefix("'") == without_controls(text).removeprefix("'")
    [failure] = ET.fromstring(run_as_junit(run)).iter("failure")
    assert "Expected: Three days." in (failure.text or "")


def test_junit_counts_fails_and_errors_apart() -> None:
    broken = case(2, "error", verification_result="judge\x00: timed out", latency_ms=None)
    run = run_of(case(0), case(1, "fail", category="multi hop"), broken)
    root = ET.fromstring(run_as_junit(run))

    [suite] = root
    for each in (root, suite):
        counted = {name: each.get(name) for name in ("tests", "failures", "errors", "skipped")}
        assert counted == {"tests": "3", "failures": "1", "errors": "1", "skipped": "0"}
        assert each.get("time") == "3.000"
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert (properties["run_id"], properties["pending"]) == (str(RUN_ID), "0")
    assert (properties["score"], properties["mrr"]) == ("0.5000", "0.7500")
    passed, failed, in_error = suite.iter("testcase")
    assert (passed.get("name"), passed.get("time"), len(passed)) == ("1. Question 0?", "1.500", 0)
    assert failed.get("classname") == "parlance.multi_hop"
    assert [child.tag for child in failed] == ["failure"]
    [error] = in_error
    assert (error.tag, error.get("message")) == ("error", "judge: timed out")
