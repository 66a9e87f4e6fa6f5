"""Pages fit into a message of the bus, and together hold everything."""

from chassis.bus_json import MAX_MESSAGE_BYTES, MessageTooLong, encoded
from chassis.door_errors import as_service_error
from chassis.pages import first_page
from contracts.errors import TooLarge
from contracts.shapes import Shape


class Row(Shape):
    id: int
    text: str = ""


def page_of(rows: list[Row], *, at_most: int = 10) -> tuple[list[Row], int | None]:
    return first_page(rows, at_most=at_most, id_of=lambda row: row.id, tell=lambda row: row)


def all_pages(rows: list[Row]) -> list[list[Row]]:
    pages, last = [], 0
    while last is not None:
        page, last = page_of([row for row in rows if row.id > last])
        pages.append(page)
    return pages


def test_few_rows_are_the_last_page() -> None:
    rows = [Row(id=1), Row(id=2)]
    assert page_of(rows, at_most=2) == (rows, None)
    assert page_of([]) == ([], None)


def test_one_row_too_many_makes_another_page() -> None:
    rows = [Row(id=5), Row(id=7), Row(id=9)]
    assert page_of(rows, at_most=2) == (rows[:2], 7)


def test_pages_of_long_rows_fit_and_hold_every_row_once() -> None:
    rows = [Row(id=number, text="\x01" * 20_000) for number in range(1, 61)]  # six bytes each
    pages = all_pages(rows)
    assert [row for page in pages for row in page] == rows
    assert len(pages) > 6
    assert all(len(encoded([row.to_wire() for row in page])) < MAX_MESSAGE_BYTES for page in pages)


def test_a_row_longer_than_a_page_is_one_of_its_own() -> None:
    long = "é" * 450_000
    rows = [Row(id=1), Row(id=2, text=long), Row(id=3, text=long), Row(id=4)]
    assert [[row.id for row in page] for page in all_pages(rows)] == [[1], [2], [3], [4]]


def test_an_answer_that_is_too_long_is_told_as_that() -> None:
    told = as_service_error(MessageTooLong("1500000 bytes"))
    assert isinstance(told, TooLarge)
    assert told.detail == "An answer is limited to 1048576 bytes, and this has 1500000 bytes."
