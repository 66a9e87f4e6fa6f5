"""Trips of a fleet and tickets of a help desk, named as programs do: right figures, or no answer."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.unit.assistants.data_ground import DataGround
from tools.bench.data_questions import is_exact

FIRST = dt.datetime.combine(dt.date(2023, 1, 1), dt.time(8))


class Trip(NamedTuple):
    number: int
    plate: str
    driver: str
    day: dt.date
    region: str
    fuel: str
    km: int
    litres: float
    cost: float
    tolls: float
    bonus: float | None
    delayed: str


TRIP_HEADER = (
    "TripNo", "VehiclePlate", "Driver", "TripDate", "Region", "FuelType", "DistanceKm", "LitresFuel",
    "FuelCost", "TollsPaid", "Bonus", "Delayed",
)  # fmt: skip


class Ticket(NamedTuple):
    number: int
    created: dt.datetime
    closed: dt.date | None
    category: str
    hours: float
    outcome: str


TICKET_HEADER = ("txn_id", "created_at", "closed_at", "category", "resolution_hrs", "Outcome")


def _trips(count: int) -> list[Trip]:
    drawn = random.Random(5)
    return [
        Trip(
            number=number,
            plate=f"KA-{drawn.randrange(100, 110)}",
            driver=drawn.choice(["J. Okoro", "M. Silva", "P. Novak"]),
            day=dt.date(2023, 1, 1) + dt.timedelta(days=drawn.randrange(700)),
            region=drawn.choice(["North", "Coast"]),
            fuel=drawn.choice(["diesel", "petrol"]),
            km=drawn.randrange(15, 1_400),
            litres=drawn.randrange(50, 900) / 10,
            cost=drawn.randrange(500, 90_000) / 100,
            tolls=drawn.choice([0.0, 4.5, 12.0]),
            bonus=drawn.choice([None, 10.0, 20.0]),
            delayed=drawn.choice(["Y", "N", "N"]),
        )
        for number in range(1, count + 1)
    ]


def _tickets(count: int) -> list[Ticket]:
    drawn = random.Random(6)
    return [
        Ticket(
            number=number,
            created=FIRST + dt.timedelta(hours=drawn.randrange(17_000)),
            closed=drawn.choice([None, dt.date(2025, 1, 1), dt.date(2025, 2, 1)]),
            category=drawn.choice(["billing", "bug report", "shipping"]),
            hours=drawn.randrange(5, 2_000) / 10,
            outcome=drawn.choice(["pass", "pass", "fail"]),
        )
        for number in range(1, count + 1)
    ]


TRIPS, TICKETS = _trips(500), _tickets(400)


@pytest.fixture(scope="module")
def trips() -> DataGround:
    return DataGround({"Fleet": dict(zip(TRIP_HEADER, zip(*TRIPS, strict=True), strict=True))})


@pytest.fixture(scope="module")
def tickets() -> DataGround:
    return DataGround({"Desk": dict(zip(TICKET_HEADER, zip(*TICKETS, strict=True), strict=True))})


def _sum(value: Callable[[Trip], float], holds: Callable[[Trip], bool] = lambda _: True) -> float:
    return round(sum(value(trip) for trip in TRIPS if holds(trip)), 2)


def _most(key: Callable[[Trip], str], value: Callable[[Trip], float]) -> list[Any]:
    totals = {k: _sum(value, lambda t: key(t) == k) for k in {key(t) for t in TRIPS}}  # noqa: B023
    best = max(totals, key=lambda k: totals[k])
    return [best, totals[best]]


def _count(holds: Callable[[Trip], bool]) -> list[Any]:
    return [sum(map(holds, TRIPS))]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the total distance driven?", [_sum(lambda t: t.km)]),
        (
            "How many kilometers did we drive in the North?",
            [_sum(lambda t: t.km, lambda t: t.region == "North")],
        ),
        ("Which driver drove the farthest in total?", _most(lambda t: t.driver, lambda t: t.km)),
        ("Who drove the most kilometres?", _most(lambda t: t.driver, lambda t: t.km)),
        ("How many trips were longer than 1000 km?", _count(lambda t: t.km > 1_000)),
        ("How many trips had no tolls?", _count(lambda t: t.tolls == 0)),
        ("How many trips got no bonus?", _count(lambda t: t.bonus is None)),
        (
            "Total litres by fuel type and region",
            [
                _sum(lambda t: t.litres, lambda t: (t.fuel, t.region) == pair)  # noqa: B023
                for pair in {(t.fuel, t.region) for t in TRIPS}
            ],
        ),
        (
            "Fuel cost per month in 2024",
            [_sum(lambda t: t.cost, lambda t: f"{t.day:%Y-%m}" == "2024-05")],
        ),
        (
            "How did the total distance develop by year?",
            [_sum(lambda t: t.km, lambda t: t.day.year == 2023)],
        ),
        ("What is the longest trip?", [max(t.km for t in TRIPS)]),
        (
            "Which month of 2024 had the most trips?",
            [Counter(f"{t.day:%Y-%m}" for t in TRIPS if t.day.year == 2024).most_common(1)[0][1]],
        ),
        (
            "How many runs were delayed in the North?",
            _count(lambda t: t[-1] == "Y" and t[4] == "North"),
        ),
    ],
)
def test_figures_of_trips(trips: DataGround, question: str, expected: list[Any]) -> None:
    found = trips.answer(question)
    assert found is not None
    assert is_exact(found.text, expected), found.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many transactions were there?", [len(TICKETS)]),
        ("How many transactions are still open?", [sum(t.closed is None for t in TICKETS)]),
        (
            "How many bug reports did we receive in the second quarter of 2024?",
            [
                sum(
                    t.category == "bug report"
                    and t.created.year == 2024
                    and 4 <= t.created.month <= 6
                    for t in TICKETS
                )
            ],
        ),
        (
            "How many transactions took longer than 100 hours to resolve?",
            [sum(t.hours > 100 for t in TICKETS)],
        ),
        (
            "How many billing tickets failed?",
            [sum(t[3] == "billing" and t[-1] == "fail" for t in TICKETS)],
        ),
        (
            "What is the pass rate for shipping?",
            [
                100
                * sum(t.category == "shipping" and t.outcome == "pass" for t in TICKETS)
                / sum(t.category == "shipping" for t in TICKETS)
            ],
        ),
    ],
)
def test_figures_of_tickets(tickets: DataGround, question: str, expected: list[Any]) -> None:
    found = tickets.answer(question)
    assert found is not None
    assert is_exact(found.text, expected), found.text


def test_a_guess_at_what_a_row_is_is_told(trips: DataGround) -> None:
    found = trips.answer("How many runs were delayed?")
    assert found is not None
    assert '"runs" was taken for the rows of the table.' in found.text


@pytest.mark.parametrize(
    "question",
    [
        "cost per km by driver",
        "How many runs are there?",
        "How many lorries did the depots of the company have in Harwich?",
    ],
)
def test_what_no_trip_tells_is_left_alone(trips: DataGround, question: str) -> None:
    assert trips.answer(question) is None
