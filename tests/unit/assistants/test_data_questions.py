"""Questions that data tables answer: the figures are right, and other questions are left alone."""

import datetime as dt

import pytest

from services.assistants.domain.tools import GraphData, TableData
from tests.unit.assistants.data_ground import DataGround
from tools.bench.data_questions import QUESTIONS, UNSEEN, Truth, is_exact
from tools.bench.workbook import HEADER, Order, orders

ROWS = orders(4000)
PEOPLE = {
    "Name": ["Ann Fox", "Bob Hill", "Carla Ivy", "Dev Rao", "Eve Sun", "Finn Oak"],
    "Department": ["Sales", "IT", "Sales", "HR", "IT", "IT"],
    "Salary": [5200, 6100, 4800, 4500, 7000, 6100],
    "Hire Date": [dt.date(2019 + n, 3, n + 1) for n in range(6)],
    "Remote": [True, False, True, False, True, None],
    "Grand Total": [1.5, 2.25, 3.0, 4.0, 5.0, 6.125],
}


def _cells(order: Order) -> tuple[object, ...]:
    return tuple(float(cell) if type(cell).__name__ == "Decimal" else cell for cell in order)


@pytest.fixture(scope="module")
def ground() -> DataGround:
    columns = zip(HEADER, zip(*map(_cells, ROWS), strict=True), strict=True)
    return DataGround({"Orders": dict(columns)})


@pytest.fixture(scope="module")
def people() -> DataGround:
    return DataGround({"Staff": PEOPLE})


@pytest.mark.parametrize(("question", "truth"), [*QUESTIONS, *UNSEEN])
def test_the_figures_are_those_of_the_rows(ground: DataGround, question: str, truth: Truth) -> None:
    answer = ground.answer(question)
    assert answer is not None
    assert is_exact(answer.text, list(truth(ROWS))), answer.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who has the highest salary?", ["Eve Sun", 7000]),
        ("What is the average salary in Sales?", [5000]),
        ("Average salary by department", ["IT", 6400, "Sales", 5000, "HR", 4500]),
        ("Which department has the most employees?", ["IT", 3]),
        ("How many people work in IT?", [3]),
        ("How many employees earn more than 6000?", [3]),
        ("How many employees were hired after 2021?", [3]),
        ("How many staff are not remote?", [2]),
        ("List the departments", ["HR", "IT", "Sales"]),
        ("What is the salary of Dev Rao?", [4500]),
        ("What is the sum of grand total?", ["21.875"]),
    ],
)
def test_another_table_needs_no_other_rules(
    people: DataGround, question: str, expected: list[object]
) -> None:
    answer = people.answer(question)
    assert answer is not None
    assert is_exact(answer.text, expected), answer.text


@pytest.mark.parametrize(
    "question", ["Number of visits by patient age", "How many visits by patient age?"]
)
def test_rows_called_after_their_number_are_counted(question: str) -> None:
    visits = {"Visit No.": list(range(1, 61)), "Patient Age (yrs)": [40, 41, 42] * 20}
    answer = DataGround({"Visits": visits}).answer(question)
    assert answer is not None
    assert is_exact(answer.text, [40, 20, 41, 20, 42, 20]), answer.text


@pytest.mark.parametrize(
    "question",
    [
        "How many people live in Germany?",
        "Who won the World Cup in 2022?",
        "What did Newton discover in 1687?",
        "How many points did the Panthers defense surrender?",
        "What is the total height of the Eiffel Tower?",
        "How do I return an order?",
        "What is the warranty period?",
        "Is delivery to Germany free?",
        "Can I pay in three instalments?",
    ],
)
def test_questions_that_documents_answer_are_left_alone(ground: DataGround, question: str) -> None:
    assert ground.answer(question) is None


def test_a_group_is_a_table_and_a_chart(ground: DataGround) -> None:
    answer = ground.answer("Draw an area chart of revenue per year")
    assert answer is not None
    table, graph = answer.shown
    assert isinstance(table, TableData)
    assert isinstance(graph, GraphData)
    assert graph.kind == "area"
    assert graph.x_coordinates == ("2022", "2023", "2024")
    assert list(graph.y_coordinates) == [row[1] for row in table.rows]
    assert table.sources == ("book.xlsx",)


def test_who_shares_the_first_place_is_told() -> None:
    ground = DataGround({"League": {"Team": ["A1", "A1", "B2", "B2"], "Goals": [1, 2, 2, 1]}})
    answer = ground.answer("Which team has the most goals?")
    assert answer is not None
    assert answer.text.startswith("A1 and B2 share the highest sum of Goals: 3.")
    assert len(answer.shown) == 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many visits used a coupon?", 2),
        ("How many visits had no coupon?", 2),
        ("How many visits were on a Monday?", 1),
        ("Which month had the most visits?", 2),
    ],
)
def test_what_a_row_has_and_has_not(question: str, expected: int) -> None:
    ground = DataGround(
        {
            "Till": {
                "Visit ID": ["a1", "a2", "a3", "a4"],
                "Coupon Code": ["X1", None, "X2", None],
                "Visit Date": [dt.date(2024, 1, day) for day in (1, 3)]
                + [dt.date(2024, 2, 6), dt.date(2024, 3, 5)],
            }
        }
    )
    answer = ground.answer(question)
    assert answer is not None
    assert is_exact(answer.text, [expected]), answer.text


@pytest.mark.parametrize(
    "question", ["How many orders have no sales rep?", "How many orders are without a region?"]
)
def test_what_is_not_understood_is_not_counted(ground: DataGround, question: str) -> None:
    assert ground.answer(question) is None


def test_no_rows_are_told_as_such(ground: DataGround) -> None:
    answer = ground.answer("What is the average revenue in Germany in 1999?")
    assert answer is not None
    assert answer.text.startswith("No rows match")


def test_a_share_of_nothing_is_no_error(ground: DataGround) -> None:
    answer = ground.answer("What percentage of orders were returned in 1999?")
    assert answer is not None
    assert "No rows match" in answer.text or answer.text.startswith("0 %")


def test_names_and_values_are_quoted() -> None:
    hostile = 'Rep"; DROP TABLE "Orders'
    ground = DataGround({"Orders": {hostile: ["O'Brien", "b'); --"], "Revenue": [1.5, 2.0]}})
    answer = ground.answer("total revenue for O'Brien")
    assert answer is not None
    assert "is 1.5," in answer.text
    assert ground.answer("total revenue by rep drop table orders") is not None
    assert ground.result('SELECT count(*) FROM "Orders"').rows == ((2,),)


def test_relative_times_count_from_the_last_day_of_old_data(ground: DataGround) -> None:
    answer = ground.answer("What was the total revenue last month?")
    assert answer is not None
    last = max(row.day for row in ROWS)
    assert last == dt.date(2024, 12, 31)
    november = [row.revenue for row in ROWS if (row.day.year, row.day.month) == (2024, 11)]
    assert is_exact(answer.text, [sum(november)])
    assert "counted back from 2024-12-31" in answer.text
