"""Makes rows that can be understood alone: each value stands beside its column's name."""

from collections.abc import Iterable, Iterator, Sequence

_LOOKED_AT_FOR_NAMES = 60  # characters; longer cells are prose, not column names


def labelled_rows(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """One line for each row that is not blank: "Name: value; Name: value".

    The names are a table's first row of several short words; they, the rows before them and those of
    tables without names are given as "value; value". After a blank row a new table may begin.
    """
    names: Sequence[str] = ()
    may_name, has_values = True, False
    for row in rows:
        filled = [cell for cell in row if cell.strip()]
        if not filled:
            may_name = has_values or not names
            continue
        if may_name and len(filled) > 1:
            may_name = False
            if _could_be_names(filled):
                names, has_values = row, False
                yield _line((), row)
                continue
        has_values = has_values or any(map(_is_value, filled))
        yield _line(names, row)


def _could_be_names(cells: list[str]) -> bool:
    distinct = len(set(cells)) > len(cells) // 2
    return distinct and all(
        len(cell) <= _LOOKED_AT_FOR_NAMES and not _is_value(cell) for cell in cells
    )


def _is_value(cell: str) -> bool:
    """Whether a cell is a number, a date or an amount; bare years do name columns."""
    text = cell.strip()
    if text.isdecimal():
        return not (len(text) == 4 and text.startswith(("19", "20")))
    return sum(character.isalpha() for character in text) * 2 < len(text)


def _line(names: Sequence[str], row: Sequence[str]) -> str:
    pairs = []
    for position, cell in enumerate(row):
        if value := " ".join(cell.split()):
            name = " ".join(names[position].split()) if position < len(names) else ""
            pairs.append(f"{name}: {value}" if name and name != value else value)
    return "; ".join(pairs)
