"""Pages of a list that may be longer than one message of the bus."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from chassis.bus_json import MAX_MESSAGE_BYTES, encoded
from contracts.shapes import Shape

PAGE_BYTES = MAX_MESSAGE_BYTES // 2
Row = TypeVar("Row")
Told = TypeVar("Told", bound=Shape)


def first_page(
    rows: Iterable[Row], *, at_most: int, id_of: Callable[[Row], int], tell: Callable[[Row], Told]
) -> tuple[list[Told], int | None]:
    """As many of the rows as a page takes, told, and the last one's id where more follow.

    Ask the database for one row more than `at_most`. A row that is longer than a page is one.
    """
    page: list[Told] = []
    size, last = 0, None
    for row in rows:
        if len(page) == at_most:
            return page, last
        told = tell(row)
        size += len(encoded(told.to_wire()))
        if page and size > PAGE_BYTES:
            return page, last
        page.append(told)
        last = id_of(row)
    return page, None
