"""Questions of a shop's orders with their returns, and of claims: whose amount is meant, what is denied."""

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.assistants.data_ground import DataGround
from tools.bench.data_questions import is_exact

Row = dict[str, Any]

_COUNTRIES = ("Germany", "France", "United Kingdom", "Spain")
_CATEGORIES = ("Garden Furniture", "Toys", "Home Office")
_PAID_BY = ("credit card", "PayPal", "gift card")
_REASONS = ("damaged in transit", "damaged in transit", "wrong size", "changed mind")
_STATUSES = ("Approved", "Rejected", "Approved", "Under Review", "Approved")
ORDERS: list[Row] = [
    {
        "OrderNo": f"W-{n:04}",
        "OrderDate": dt.date(2023, 1, 1) + dt.timedelta(days=n * 7 % 700),
        "Category": _CATEGORIES[n % 3],
        "ShipCountry": _COUNTRIES[n * 5 % 7 % 4],
        "Qty": n % 6 + 1,
        "Unit Price (EUR)": float(n * 37 % 400 + 5),
        "PaymentMethod": _PAID_BY[n % 7 % 3],
        "OrderTotal": (n % 6 + 1) * float(n * 37 % 400 + 5),
    }
    for n in range(300)
]
RETURNS: list[Row] = [
    {
        "ReturnID": 9000 + n,
        "ReturnedOn": dt.date(2023, 3, 1) + dt.timedelta(days=n * 11 % 600),
        "Reason": _REASONS[n % 4],
        "RefundAmount": float(n * 13 % 90 + 1),
    }
    for n in range(80)
]
CLAIMS: list[Row] = [
    {
        "Claim Ref": f"CLM/{n:04}",
        "Policy Type": ("Motor", "Travel", "Pet")[n % 3],
        "Date of Loss": dt.date(2022, 1, 1) + dt.timedelta(days=n * 13 % 700),
        "Date Settled": None if n % 5 == 3 else dt.date(2024, 1, 1) + dt.timedelta(days=n),
        "Amt Claimed": float(n * 101 % 9000 + 50),
        "Status": _STATUSES[n % 5],
        "Fraud Flag": "Y" if n % 11 == 0 else "N",
        "Amt Paid": float(n * 101 % 9000 + 50) / 2 if _STATUSES[n % 5] == "Approved" else None,
    }
    for n in range(260)
]
METERS: list[Row] = [
    {
        "reading_id": n,
        "site_name": ("North Plant", "City Office")[n % 5 % 2],
        "energy_type": ("electricity", "natural gas")[n % 3 % 2],
        "consumption_kwh": n * 17 % 1000 + 0.5,
        "cost_eur": n * 7 % 300 + 0.25,
        "peak_load_kw": n * 3 % 80 + 0.5,
    }
    for n in range(200)
]


def _columns(rows: list[Row]) -> Mapping[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


APPLICANTS: list[Row] = [
    {
        "app_id": f"A{n:04}",
        "applied_on": dt.date(2023, 1, 1) + dt.timedelta(days=n * 7 % 700),
        "Dep City": ("Oslo", "Madrid", "Vienna")[n % 5 % 3],
        "Arr City": ("Rome", "Athens")[n % 7 % 2],
        "yrs_exp": n % 23,
        "pax": n * 11 % 60 + 1,
        "Delay (min)": n * 13 % 90,
    }
    for n in range(150)
]
"""Who applied for a job in another city, and with how many people."""

MEMBERS: list[Row] = [
    {
        "MemberID": f"GM{n:04}",
        "JoinDate": dt.date(2022, 1, 1) + dt.timedelta(days=n),
        "Club": ("City Centre", "River Side")[n % 3 % 2],
        "Age": 16 + n * 7 % 60,
        "Monthly Fee (£)": (19.9, 34.9, 59.0)[n % 7 % 3],
        "Shipping_Cost": n * 19 % 40 + 2.5,
        "CancelledOn": None if n % 4 else dt.date(2024, 1, 1) + dt.timedelta(days=n),
    }
    for n in range(160)
]
"""Of a club that sends parcels to its members."""


@pytest.fixture(scope="module")
def members() -> DataGround:
    return DataGround({"Members": _columns(MEMBERS)})


@pytest.fixture(scope="module")
def applications() -> DataGround:
    return DataGround({"Applications": _columns(APPLICANTS)})


@pytest.fixture(scope="module")
def shop() -> DataGround:
    return DataGround({"Orders": _columns(ORDERS), "Returns": _columns(RETURNS)})


@pytest.fixture(scope="module")
def claims() -> DataGround:
    return DataGround({"Claims": _columns(CLAIMS)})


@pytest.fixture(scope="module")
def readings() -> DataGround:
    return DataGround({"Readings": _columns(METERS)})


def _in_last_quarter(row: Row) -> bool:
    return bool(dt.date(2023, 10, 1) <= row["OrderDate"] <= dt.date(2023, 12, 31))


def _revenue(country: str) -> float:
    return float(sum(o["OrderTotal"] for o in ORDERS if o["ShipCountry"] == country))


def _mean_quantity(category: str) -> float:
    found = [o["Qty"] for o in ORDERS if o["Category"] == category]
    return float(sum(found) / len(found))


def _of(claims: list[Row], status: str) -> list[Row]:
    return [c for c in claims if c["Status"] == status]


SHOP_ANSWERS: dict[str, tuple[str | float, ...]] = {
    "How many orders were shipped to France in 2023?": (
        sum(o["ShipCountry"] == "France" and o["OrderDate"].year == 2023 for o in ORDERS),
    ),
    "How many orders over 500 euros were paid by PayPal?": (
        sum(o["OrderTotal"] > 500 and o["PaymentMethod"] == "PayPal" for o in ORDERS),
    ),
    "How many orders have a unit price over 300 euros?": (
        sum(o["Unit Price (EUR)"] > 300 for o in ORDERS),
    ),
    "Compare revenue in Germany and France": (_revenue("Germany"), _revenue("France")),
    "Which category brought in the most money?": (
        max(_CATEGORIES, key=lambda c: sum(o["OrderTotal"] for o in ORDERS if o["Category"] == c)),
    ),
    "Average quantity per order by category": tuple(map(_mean_quantity, _CATEGORIES)),
    "What is the most common return reason?": ("damaged in transit",),
    "How many orders were there in the last quarter of 2023?": (
        sum(map(_in_last_quarter, ORDERS)),
    ),
    "How many orders were there in the last month of 2023?": (
        sum(o["OrderDate"].year == 2023 and o["OrderDate"].month == 12 for o in ORDERS),
    ),
    "How many orders were not shipped to Germany or France?": (
        sum(o["ShipCountry"] not in ("Germany", "France") for o in ORDERS),
    ),
    "Are there any orders over 2,000 euros in Spain?": (
        sum(o["OrderTotal"] > 2000 and o["ShipCountry"] == "Spain" for o in ORDERS),
    ),
    "Total refund amount for wrong size": (
        sum(r["RefundAmount"] for r in RETURNS if r["Reason"] == "wrong size"),
    ),
}


@pytest.mark.parametrize(("question", "expected"), SHOP_ANSWERS.items())
def test_orders_are_worth_their_total_and_refunds_are_no_revenue(
    shop: DataGround, question: str, expected: tuple[str | float, ...]
) -> None:
    found = shop.answer(question)
    assert found is not None
    assert is_exact(found.text, expected), found.text


CLAIM_ANSWERS: dict[str, tuple[str | float, ...]] = {
    "How many claims over £5,000 were rejected?": (
        sum(c["Amt Claimed"] > 5000 for c in _of(CLAIMS, "Rejected")),
    ),
    "What was the largest claim in 2022?": (
        max(c["Amt Claimed"] for c in CLAIMS if c["Date of Loss"].year == 2022),
    ),
    "How much have we paid out in total?": (
        sum(c["Amt Paid"] for c in CLAIMS if c["Amt Paid"] is not None),
    ),
    "How many claims were neither approved nor rejected?": (len(_of(CLAIMS, "Under Review")),),
    "How many claims have not been settled?": (sum(c["Date Settled"] is None for c in CLAIMS),),
    "How many fraudulent claims were there for Travel?": (
        sum(c["Fraud Flag"] == "Y" and c["Policy Type"] == "Travel" for c in CLAIMS),
    ),
    "How many claims are flagged as fraud?": (Counter(c["Fraud Flag"] for c in CLAIMS)["Y"],),
}


@pytest.mark.parametrize(("question", "expected"), CLAIM_ANSWERS.items())
def test_a_claim_is_of_what_was_claimed(
    claims: DataGround, question: str, expected: tuple[str | float, ...]
) -> None:
    found = claims.answer(question)
    assert found is not None
    assert is_exact(found.text, expected), found.text


METER_ANSWERS: dict[str, tuple[str | float, ...]] = {
    "Total consumption in kWh": (sum(m["consumption_kwh"] for m in METERS),),
    "How many readings consumed more than 600 kWh?": (
        sum(m["consumption_kwh"] > 600 for m in METERS),
    ),
    "What is the median cost per reading?": (statistics.median(m["cost_eur"] for m in METERS),),
    "Average peak load by energy type for North Plant": tuple(
        statistics.mean(
            m["peak_load_kw"]
            for m in METERS
            if (m["energy_type"], m["site_name"]) == (energy, "North Plant")
        )
        for energy in ("electricity", "natural gas")
    ),
}


@pytest.mark.parametrize(("question", "expected"), METER_ANSWERS.items())
def test_units_in_names_of_columns_are_no_part_of_what_they_are_called(
    readings: DataGround, question: str, expected: tuple[str | float, ...]
) -> None:
    found = readings.answer(question)
    assert found is not None
    assert is_exact(found.text, expected), found.text


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between the amount claimed and the amount paid for Pet?",
        "How many disputed claims were there for Travel?",
        "How many online claims were there for Travel?",
        "Compare the profit of Motor and Travel",
    ],
)
def test_what_claims_do_not_tell_is_not_left_out(claims: DataGround, question: str) -> None:
    assert claims.answer(question) is None


def test_a_cost_for_each_consumption_is_no_cost_per_unit(readings: DataGround) -> None:
    assert readings.answer("Cost per kWh for natural gas") is None


APPLICATION_ANSWERS: dict[str, tuple[str | float, ...]] = {
    "How many applications did we receive in 2023?": (
        sum(a["applied_on"].year == 2023 for a in APPLICANTS),
    ),
    "How many applications have more than 10 years of experience?": (
        sum(a["yrs_exp"] > 10 for a in APPLICANTS),
    ),
    "Which arrival city has the fewest applications?": (
        min(("Rome", "Athens"), key=lambda city: sum(a["Arr City"] == city for a in APPLICANTS)),
    ),
    "How many applications departed from neither Oslo nor Madrid?": (
        sum(a["Dep City"] == "Vienna" for a in APPLICANTS),
    ),
    "Average number of passengers per application": (
        statistics.mean(a["pax"] for a in APPLICANTS),
    ),
}


@pytest.mark.parametrize(("question", "expected"), APPLICATION_ANSWERS.items())
def test_years_of_experience_are_no_calendar_and_names_may_be_cut(
    applications: DataGround, question: str, expected: tuple[str | float, ...]
) -> None:
    found = applications.answer(question)
    assert found is not None
    assert is_exact(found.text, expected), found.text


@pytest.mark.parametrize(
    "question",
    ["Which transfer city has the fewest applications?", "Average number of suitcases per city"],
)
def test_another_city_and_another_figure_are_not_guessed(
    applications: DataGround, question: str
) -> None:
    assert applications.answer(question) is None


MEMBER_ANSWERS: dict[str, tuple[str | float, ...]] = {
    "How many members are under 25?": (sum(m["Age"] < 25 for m in MEMBERS),),
    "How many members pay more than £30?": (sum(m["Monthly Fee (£)"] > 30 for m in MEMBERS),),
    "What percentage of members cancelled?": (25.0,),
    "How many members have not cancelled?": (sum(m["CancelledOn"] is None for m in MEMBERS),),
    "Top 2 clubs by shipping cost": tuple(
        sum(m["Shipping_Cost"] for m in MEMBERS if m["Club"] == club)
        for club in ("City Centre", "River Side")
    ),
}


@pytest.mark.parametrize(("question", "expected"), MEMBER_ANSWERS.items())
def test_people_are_as_old_as_they_are_said_to_be_and_a_day_tells_that_it_happened(
    members: DataGround, question: str, expected: tuple[str | float, ...]
) -> None:
    found = members.answer(question)
    assert found is not None
    assert is_exact(found.text, expected), found.text
