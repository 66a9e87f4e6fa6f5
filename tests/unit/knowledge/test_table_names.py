"""What data tables are called in SQL."""

import duckdb
import pytest

from services.knowledge.domain.table_names import LONGEST_NAME, sql_names


@pytest.mark.parametrize(
    ("document", "sheets", "names"),
    [
        ("Sales 2024.xlsx", ["Sheet1"], ["sales_2024"]),
        ("Sales 2024.xlsx", ["Sheet1", "Sheet2"], ["sales_2024_sheet1", "sales_2024_sheet2"]),
        ("sales.csv", [""], ["sales"]),
        ("Sales.xlsx", ["Orders (EU)"], ["sales_orders_eu"]),
        ("Umsätze.xlsx", ["Tabelle1"], ["umsätze"]),
        ("बिक्री रिपोर्ट.xlsx", ["Sheet1"], ["बिक्री_रिपोर्ट"]),
        ("2024.csv", [""], ["t_2024"]),
        ("Order.csv", [""], ["order_table"]),
        ("--'; drop.csv", [""], ["drop"]),
        ("!!!.csv", [""], ["data"]),
        ("a.xlsx", ["X y", "x_y", "X-Y"], ["a_x_y", "a_x_y_2", "a_x_y_3"]),
    ],
)
def test_names_say_where_a_table_is_from(
    document: str, sheets: list[str], names: list[str]
) -> None:
    assert sql_names([(document, sheets)]) == [names]


def test_a_later_document_changes_no_name() -> None:
    first = ("sales.csv", [""])
    assert sql_names([first, ("Sales.xlsx", ["Sheet1"])]) == [*sql_names([first]), ["sales_2"]]


def test_long_names_are_cut_and_stay_distinct() -> None:
    ((one, other),) = sql_names([("d" * 250, ["s" * 31 + "a", "s" * 31 + "b"])])
    assert one != other
    assert max(len(one), len(other)) <= LONGEST_NAME + 3


def test_no_name_needs_quotes() -> None:
    (reserved,) = duckdb.sql(
        "SELECT list(keyword_name) FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
    ).fetchall()[0]
    documents = [*reserved, "नई दिल्ली", "Größe", "売上", "1 a", "a.b-c"]
    for (name,) in sql_names((document, [""]) for document in documents):
        duckdb.sql(f"WITH {name} AS (SELECT 1) SELECT * FROM {name}").fetchall()
