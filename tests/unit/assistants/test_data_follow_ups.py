"""Data questions that lean on the one before: its plan, changed by what they say; figures from the rows."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from services.assistants.domain.answer import Answer, TextDelta
from services.assistants.domain.conversation import Turn
from services.assistants.domain.data_question.follow_up import plan_in_turn
from services.assistants.domain.data_question.planner import plan_question
from tests.unit.assistants.data_ground import TODAY, DataGround
from tests.unit.assistants.test_answer_from_data import an_answer, direct
from tests.unit.assistants.test_data_questions import HEADER, ROWS, _cells
from tools.bench.data_questions import QUESTIONS, UNSEEN, is_exact


class Visit(NamedTuple):
    number: int
    day: dt.date
    ward: str
    gender: str
    stay: int
    charge: float
    readmitted: str


class Order(NamedTuple):
    number: int
    ordered: dt.date
    shipped: dt.date
    region: str
    channel: str
    quantity: int
    revenue: float


def _day(drawn: random.Random) -> dt.date:
    return dt.date(2023, 1, 1) + dt.timedelta(days=drawn.randrange(730))


def _visits(count: int) -> list[Visit]:
    drawn = random.Random(5)
    return [
        Visit(
            number=number,
            day=_day(drawn),
            ward=drawn.choice(["Cardiology", "Surgery", "Oncology"]),
            gender=drawn.choice(["female", "male"]),
            stay=drawn.randrange(1, 15),
            charge=drawn.randrange(10_000, 90_000) / 100,
            readmitted=drawn.choice(["Yes", "No", "No"]),
        )
        for number in range(1, count + 1)
    ]


def _orders(count: int) -> list[Order]:
    drawn = random.Random(6)
    return [
        Order(
            number=number,
            ordered=(day := _day(drawn)),
            shipped=day + dt.timedelta(days=drawn.randrange(1, 40)),
            region=drawn.choice(["North", "South", "East"]),
            channel=drawn.choice(["Web", "Shop"]),
            quantity=drawn.randrange(1, 9),
            revenue=drawn.randrange(1_000, 99_999) / 100,
        )
        for number in range(1, count + 1)
    ]


VISITS, ORDERS = _visits(500), _orders(400)
OF_VISITS = (
    "Visit No",
    "Date of Visit",
    "Ward",
    "Gender",
    "Length of Stay (days)",
    "Cost",
    "Readmitted",
)
OF_ORDERS = ("Order ID", "Order Date", "Ship Date", "Region", "Channel", "Quantity", "Revenue")


@pytest.fixture(scope="module")
def book() -> DataGround:
    return DataGround(
        {
            "Visits": dict(zip(OF_VISITS, zip(*VISITS, strict=True), strict=True)),
            "Orders": dict(zip(OF_ORDERS, zip(*ORDERS, strict=True), strict=True)),
        }
    )


async def _talk(book: DataGround, questions: Sequence[str]) -> str | None:
    """The last answer, after the others were asked in turn."""
    turns: list[Turn] = []
    text: str | None = None
    for question in questions:
        text = await _answered(book, an_answer(question, before=tuple(turns)))
        turns += [Turn("user", question), Turn("assistant", text or "Nothing was found.")]
    return text


async def _answered(book: DataGround, answer: Answer) -> str | None:
    events = await direct(book).find(answer)
    if events is None:
        return None
    return "".join([event.text async for event in events if isinstance(event, TextDelta)])


def _count(holds: Callable[[Visit], bool]) -> list[Any]:
    return [sum(map(holds, VISITS))]


def _orders_that(holds: Callable[[Order], bool]) -> list[Any]:
    return [sum(map(holds, ORDERS))]


def _mean(holds: Callable[[Visit], bool], of: Callable[[Visit], float]) -> list[Any]:
    found = [of(v) for v in VISITS if holds(v)]
    return [sum(found) / len(found)]


def _cardiology(v: Visit) -> bool:
    return v.ward == "Cardiology" and v.day.year == 2023


def _per_month(holds: Callable[[Visit], bool]) -> list[Any]:
    return [sum(v.day.month == month and holds(v) for v in VISITS) for month in range(1, 13)]


WARDS = ("Cardiology", "Surgery", "Oncology")


def _cost_of_women(ward: str) -> list[Any]:
    return _mean(
        lambda v: (v.ward, v.day.year, v.gender) == (ward, 2023, "female"), lambda v: v.charge
    )


CARDIOLOGY = "How many visits were there in Cardiology in 2023?"
REVENUE = "What is the total revenue by region in 2023?"


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ([CARDIOLOGY, "And in Oncology?"], _count(lambda v: v.ward == "Oncology" and v.day.year == 2023)),
        ([CARDIOLOGY, "and in 2024?"], _count(lambda v: v.ward == "Cardiology" and v.day.year == 2024)),
        (
            [CARDIOLOGY, "And in Oncology?", "And in 2024?"],
            _count(lambda v: v.ward == "Oncology" and v.day.year == 2024),
        ),
        (
            [CARDIOLOGY, "And in Oncology?", "And in 2024?", "what about women?", "in Surgery?"],
            _count(lambda v: v.ward == "Surgery" and v.day.year == 2024 and v.gender == "female"),
        ),
        ([CARDIOLOGY, "by month?"], _per_month(_cardiology)),
        ([CARDIOLOGY, "and by month?", "and in Oncology?"],
         _per_month(lambda v: v.ward == "Oncology" and v.day.year == 2023)),
        ([CARDIOLOGY, "by month?", "and in Oncology?", "and in 2024?", "and the average cost?",
          "and in Surgery?", "what about women?", "by ward?", "and in 2023?"],
         [mean for ward in WARDS for mean in _cost_of_women(ward)]),
        ([CARDIOLOGY, "And in May?"], _count(lambda v: _cardiology(v) and v.day.month == 5)),
        ([CARDIOLOGY, "And in May?", "And in June?"], _count(lambda v: _cardiology(v) and v.day.month == 6)),
        ([CARDIOLOGY, "and the average cost?"], _mean(_cardiology, lambda v: v.charge)),
        ([CARDIOLOGY, "and the average cost?", "and the median?", "and in 2024?", "and the average?"],
         _mean(lambda v: v.ward == "Cardiology" and v.day.year == 2024, lambda v: v.charge)),
        ([CARDIOLOGY, "what about women?"], _count(lambda v: _cardiology(v) and v.gender == "female")),
        ([CARDIOLOGY, "How many of them were readmitted?"],
         _count(lambda v: _cardiology(v) and v.readmitted == "Yes")),
        ([CARDIOLOGY, "How many of those were not readmitted?", "And in Oncology?"],
         _count(lambda v: v.ward == "Oncology" and v.day.year == 2023 and v.readmitted == "No")),
        ([CARDIOLOGY, "How many of them cost more than 500?"],
         _count(lambda v: _cardiology(v) and v.charge > 500)),
        ([CARDIOLOGY, "How many in Oncology?"],
         _count(lambda v: v.ward == "Oncology" and v.day.year == 2023)),
        ([CARDIOLOGY, "And how many visits in 2024?"],
         _count(lambda v: v.ward == "Cardiology" and v.day.year == 2024)),
        ([CARDIOLOGY, "And by ward?"],
         [sum(v.ward == w and v.day.year == 2023 for v in VISITS) for w in WARDS]),
        ([CARDIOLOGY, "And what percentage was readmitted?"],
         [*_count(lambda v: _cardiology(v) and v.readmitted == "Yes"), *_count(_cardiology)]),
        (["What is the average cost of visits in Surgery?", "only those over 500"],
         _mean(lambda v: v.ward == "Surgery" and v.charge > 500, lambda v: v.charge)),
        (["What is the average cost of visits in Surgery?", "And the length of stay?"],
         _mean(lambda v: v.ward == "Surgery", lambda v: v.stay)),
        ([REVENUE, "And in 2024?"],
         [round(sum(o.revenue for o in ORDERS if o.region == r and o.ordered.year == 2024), 2)
          for r in ("North", "South", "East")]),
        ([REVENUE, "by channel?"],
         [round(sum(o.revenue for o in ORDERS if o.channel == c and o.ordered.year == 2023), 2)
          for c in ("Web", "Shop")]),
        ([REVENUE, "and the number of orders?"],
         [sum(o.region == r and o.ordered.year == 2023 for o in ORDERS) for r in ("North", "South", "East")]),
        (["How many orders were shipped in March 2023?", "And in April?"],
         _orders_that(lambda o: (o.shipped.year, o.shipped.month) == (2023, 4))),
        (["What share of the revenue is from the North?", "And from the South?"],
         [round(sum(o.revenue for o in ORDERS if o.region == "South"), 2)]),
        # Nothing is carried over.
        ([CARDIOLOGY, "How many visits were there in total?"], _count(lambda v: True)),
        ([CARDIOLOGY, "And how many visits were there in total?"], _count(lambda v: True)),
        ([CARDIOLOGY, "How many visits were there in Oncology?"], _count(lambda v: v.ward == "Oncology")),
        ([CARDIOLOGY, "How many orders were there in the North?"], _orders_that(lambda o: o.region == "North")),
        ([CARDIOLOGY, "And how many orders were there in the North?"],
         _orders_that(lambda o: o.region == "North")),
        ([CARDIOLOGY, "What is the average cost?"], _mean(lambda v: True, lambda v: v.charge)),
    ],
)  # fmt: skip
async def test_figures_of_a_dialogue(
    book: DataGround, questions: list[str], expected: list[Any]
) -> None:
    text = await _talk(book, questions)
    assert text is not None
    assert is_exact(text, expected), text


@pytest.mark.parametrize(
    "questions",
    [
        [CARDIOLOGY, "And why?"],
        [CARDIOLOGY, "And in Neurology?"],
        [CARDIOLOGY, "What about the cancelled ones?"],
        [CARDIOLOGY, "And in total?"],
        [CARDIOLOGY, "And for all years?"],
        [CARDIOLOGY, "and the previous year?"],
        [CARDIOLOGY, "since March?"],
        [CARDIOLOGY, "Oncology vs Surgery?"],
        [CARDIOLOGY, "and per day on average?"],
        [CARDIOLOGY, "Who treated them?"],
        ["How many visits were there in May 2023?", "And in 2024?"],  # May or the year
        ["Which ward has the most visits?", "And by month?"],
        ["Which ward has the most visits?", "How many of them were readmitted?"],
        ["What is the total revenue by region?", "How many of these are in the North?"],
        [
            CARDIOLOGY,
            "How do I get there?",
            "And in Oncology?",
        ],  # the one before was no data question
        [CARDIOLOGY, "And why?", "by month?"],
    ],
)
async def test_what_may_mean_another_thing_is_declined(
    book: DataGround, questions: list[str]
) -> None:
    text = await _talk(book, questions)
    assert text is None, text


async def test_an_answer_that_was_to_another_plan_is_not_gone_on_with(book: DataGround) -> None:
    before = (
        Turn("user", CARDIOLOGY),
        Turn(
            "assistant",
            "There are 9 rows where Ward is Cardiology. (From book.xlsx, sheet Visits.)",
        ),
    )
    assert await _answered(book, an_answer("And in Oncology?", before=before)) is None


async def test_the_answer_says_what_was_carried_over(book: DataGround) -> None:
    text = await _talk(book, [CARDIOLOGY, "And in Oncology?", "what about women?"])
    assert text is not None
    assert "Ward is Oncology" in text
    assert "Date of Visit is in 2023" in text
    assert "Gender is female" in text


def test_complete_questions_are_planned_as_if_nothing_had_been_asked() -> None:
    ground = DataGround(
        {"Orders": dict(zip(HEADER, zip(*map(_cells, ROWS), strict=True), strict=True))}
    )
    first = "How many orders were placed in Germany in 2024?"
    before = plan_question(first, ground.described(first), TODAY)
    assert before is not None
    for question, _ in (*QUESTIONS, *UNSEEN):
        described = ground.described(question)
        alone = plan_question(question, described, TODAY)
        assert plan_in_turn(question, before, described, TODAY) == alone, question
