"""A workbook with units, hyphens and question marks in its header: right figures, or no answer."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from services.assistants.domain.tools import TableData
from tests.unit.assistants.data_ground import DataGround
from tools.bench.data_questions import is_exact


class Visit(NamedTuple):
    number: int
    day: dt.date
    age: int
    ward: str
    insurance: str | None
    stay: int
    charge: float
    readmitted: str


def _visits(count: int) -> list[Visit]:
    drawn = random.Random(11)
    return [
        Visit(
            number=number,
            day=dt.date(2024, 1, 1) + dt.timedelta(days=drawn.randrange(700)),
            age=drawn.randrange(1, 95),
            ward=drawn.choice(["Cardiology", "Surgery", "Oncology"]),
            insurance=drawn.choice(["private", "public", None]),
            stay=drawn.randrange(15),
            charge=drawn.randrange(10_000, 900_000) / 100,
            readmitted=drawn.choice(["Yes", "No", "No"]),
        )
        for number in range(1, count + 1)
    ]


HEADER = (
    "Visit No.", "Date of Visit", "Patient Age (yrs)", "Ward", "Insurance", "Length of Stay (days)",
    "Charge (EUR)", "Re-admitted?",
)  # fmt: skip
VISITS = _visits(600)


@pytest.fixture(scope="module")
def visits() -> DataGround:
    return DataGround({"Visits": dict(zip(HEADER, zip(*VISITS, strict=True), strict=True))})


def _count(holds: Callable[[Visit], bool]) -> list[Any]:
    return [sum(map(holds, VISITS))]


def _per_ward(holds: Callable[[Visit], bool]) -> list[Any]:
    wards = {visit.ward for visit in VISITS}
    return [part for w in wards for part in (w, sum(v.ward == w and holds(v) for v in VISITS))]


def _back(visit: Visit) -> bool:
    return visit.readmitted == "Yes"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How many visits by patients aged 65 or more had private insurance?",
            _count(lambda v: v.age >= 65 and v.insurance == "private"),
        ),
        ("How many visits were by patients over 80?", _count(lambda v: v.age > 80)),
        ("How many visits were not readmitted?", _count(lambda v: not _back(v))),
        (
            "How many patients were re-admitted in 2024?",
            _count(lambda v: _back(v) and v.day.year == 2024),
        ),
        ("How many readmissions were there in Surgery?", _count(lambda v: _back(v) and v.ward == "Surgery")),
        ("What percentage of visits were readmitted?", [*_count(_back), 600]),
        (
            "What percentage of visits in Oncology were readmitted?",
            [*_count(lambda v: _back(v) and v.ward == "Oncology"), *_count(lambda v: v.ward == "Oncology")],
        ),
        ("What share of visits was readmitted?", [*_count(_back), 600]),
        ("How many patients were readmitted by ward?", _per_ward(_back)),
        ("What is the readmission rate by ward?", _per_ward(_back)),
        ("How many visits lasted between 5 and 10 days?", _count(lambda v: 5 <= v.stay <= 10)),
        ("How many visits lasted 5 days or more?", _count(lambda v: v.stay >= 5)),
        ("How many patients stayed more than 5 days?", _count(lambda v: v.stay > 5)),
        (
            "How many patients older than 70 stayed at least 7 days in Surgery?",
            _count(lambda v: v.age > 70 and v.stay >= 7 and v.ward == "Surgery"),
        ),
        ("How many visits cost more than 5,000 euros?", _count(lambda v: v.charge > 5000)),
        ("How many visits cost more than €5,000?", _count(lambda v: v.charge > 5000)),
        (
            "What is the average charge of visits that lasted more than 10 days?",
            [
                sum(v.charge for v in VISITS if v.stay > 10)
                / sum(v.stay > 10 for v in VISITS)
            ],
        ),
        ("How many visits by ward lasted more than 5 days?", _per_ward(lambda v: v.stay > 5)),
    ],
)  # fmt: skip
def test_the_figures_are_those_of_the_rows(
    visits: DataGround, question: str, expected: list[object]
) -> None:
    answer = visits.answer(question)
    assert answer is not None
    assert is_exact(answer.text, expected), answer.text


def test_what_a_condition_uses_is_no_group(visits: DataGround) -> None:
    answer = visits.answer("How many visits by patients aged 65 or more had private insurance?")
    assert answer is not None
    (table,) = answer.shown
    assert isinstance(table, TableData)
    assert len(table.rows) == 1
    assert "Insurance is private and Patient Age (yrs) is at least 65" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Where do patients with private insurance go?",
        "Who may visit patients in Surgery?",
        "When can patients in Cardiology have visits?",
        "Why is the average charge in Surgery so high?",
        "How do patients with private insurance get admitted?",
        "How do I get the average charge?",
        "Should patients with public insurance pay a charge?",
        "What happens when patients with private insurance are readmitted?",
        "Who pays the charge for public insurance?",
        "Which ward has the highest readmission rate?",
    ],
)
def test_what_no_table_tells_is_left_alone(visits: DataGround, question: str) -> None:
    assert visits.answer(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "How many visits lasted more than 5 hours?",
        "How many visits cost more than 5,000 dollars?",
        "How many visits were cancelled in Surgery?",
        "How many patients waited more than 5 days?",
    ],
)
def test_another_unit_or_verb_is_not_guessed_at(visits: DataGround, question: str) -> None:
    assert visits.answer(question) is None


def test_a_group_for_nearly_each_row_is_only_shown_as_the_top(visits: DataGround) -> None:
    assert visits.answer("Total charge by visit no.") is None
    assert visits.answer("Average length of stay by charge") is None
    top = visits.answer("Top 3 visits by charge")
    assert top is not None
    highest = sorted((v.charge for v in VISITS), reverse=True)[:3]
    assert is_exact(top.text, list(highest)), top.text
