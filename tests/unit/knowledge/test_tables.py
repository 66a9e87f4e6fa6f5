"""Rows are labelled by their columns' names, and nothing of a table is lost."""

from services.knowledge.adapters.extraction.tables import labelled_rows


def test_names_without_values_are_not_lost() -> None:
    assert list(labelled_rows([["A", "Empty"], ["1", ""]])) == ["A; Empty", "A: 1"]


def test_a_second_table_after_a_blank_row_has_names_of_its_own() -> None:
    rows = [["Tea", "Price"], ["green", "3"], [], ["Milk", "Fat"], ["oat", "2 %"]]
    assert list(labelled_rows(rows))[2:] == ["Milk; Fat", "Milk: oat; Fat: 2 %"]


def test_a_blank_row_within_a_table_of_words_keeps_its_names() -> None:
    rows = [["Name", "City"], ["Ann", "Bern"], [], ["Bob", "Rome"]]
    assert list(labelled_rows(rows))[2:] == ["Name: Bob; City: Rome"]


def test_years_name_columns_and_numbers_do_not() -> None:
    assert list(labelled_rows([["Item", "2023"], ["Tea", "7"]]))[1] == "Item: Tea; 2023: 7"
    assert list(labelled_rows([["1", "2"], ["3", "4"]])) == ["1; 2", "3; 4"]
