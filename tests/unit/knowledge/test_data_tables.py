"""Tables of data Excels: names, types, what is told of them. The child's work, in this process."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from pyarrow import parquet

from services.knowledge.adapters.data_tables.child import told
from services.knowledge.adapters.data_tables.columns import typed
from services.knowledge.domain.data_table import (
    LONGEST_SUMMARY,
    DataTable,
    TableColumn,
    summary,
    summary_blocks,
)
from services.knowledge.domain.media_types import kind_of

DAY = dt.date(2024, 2, 29)
moment = dt.datetime.fromisoformat


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["1", "-2", "", "+3"], "integer", [1, -2, None, 3]),
        ([1.0, 2.0, ""], "integer", [1, 2, None]),
        ([1.0, 2.5], "number", [1.0, 2.5]),
        (["1", "2.5", "n/a", "1e3"], "number", [1.0, 2.5, None, 1000.0]),
        (["1,5", "2"], "number", [1.5, 2.0]),
        (["007", "8"], "text", ["007", "8"]),
        (["9" * 30, "1"], "number", [1e30, 1.0]),
        (["TRUE", "false", ""], "boolean", [True, False, None]),
        ([True, False], "boolean", [True, False]),
        ([True, 1.0], "text", ["TRUE", "1"]),
        (["2024-02-29", ""], "date", [DAY, None]),
        ([moment("2024-02-29"), DAY], "date", [DAY, DAY]),
        (
            ["2024-02-29T10:00:00+02:00", "2024-02-29"],
            "datetime",
            [moment("2024-02-29T08:00"), moment("2024-02-29")],
        ),
        (["2024-02-30"], "text", ["2024-02-30"]),
        (["a", "", "n/a"], "text", ["a", None, "n/a"]),
        ([1.0, "a", DAY], "text", ["1", "a", "2024-02-29"]),
        (["nan", "inf"], "text", ["nan", "inf"]),
        (["", None], "text", [None, None]),
        (["a", None], "text", ["a", None]),
    ],
)
def test_a_column_has_the_narrowest_type_of_all_its_cells(
    cells: list[Any], kind: str, values: list[Any]
) -> None:
    assert typed(cells) == (kind, values)


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["1,234.50", "12", "-3"], "number", [1234.5, 12.0, -3.0]),
        (["1.234,50", "12", "1.000"], "number", [1234.5, 12.0, 1000.0]),
        (["1,234", "2,500", "n/a"], "integer", [1234, 2500, None]),
        (["1,234", "0,500"], "number", [1.234, 0.5]),
        (["12,34,567", "1,000"], "integer", [1234567, 1000]),
        (["1 234,5", "1\u202f000"], "number", [1234.5, 1000.0]),
        (["1'234.50", "7"], "number", [1234.5, 7.0]),
        (["1 000", "2"], "integer", [1000, 2]),
        (["€ 12", "€1,300", "-€ 4"], "integer", [12, 1300, -4]),
        (["12,50 €", "-0,99 €"], "number", [12.5, -0.99]),
        (["CHF 1'200.05", "CHF 3"], "number", [1200.05, 3.0]),
        (["Rs. 1,00,000", "Rs. 5"], "integer", [100_000, 5]),
        (["(1,200)", "$ 5", 2.5], "number", [-1200.0, 5.0, 2.5]),
        (["($1,200)", "$5", "−$3"], "integer", [-1200, 5, -3]),
        (["12.5%", "3 %", "-100%"], "number", [0.125, 0.03, -1.0]),
        (["1.234,50", 12.5], "number", [1234.5, 12.5]),
        ([1.5, "1,200"], "number", [1.5, 1200.0]),
        (["€ 5", "$ 5"], "text", ["€ 5", "$ 5"]),
        (["5%", "7"], "text", ["5%", "7"]),
        (["12%", "0.5 kg"], "text", ["12%", "0.5 kg"]),
        (["1,23,4", "5"], "text", ["1,23,4", "5"]),
        (["1,234.5", "1.234,5"], "text", ["1,234.5", "1.234,5"]),
        (["+49 170 123456", "0170 1234"], "text", ["+49 170 123456", "0170 1234"]),
        (["192.168.100.100", "10.0.0.1"], "text", ["192.168.100.100", "10.0.0.1"]),
        (["Yes", "no", ""], "boolean", [True, False, None]),
        (["ja", "nein"], "boolean", [True, False]),
        (["yes", "maybe"], "text", ["yes", "maybe"]),
        (["29.02.2024", "1.3.24"], "date", [DAY, dt.date(2024, 3, 1)]),
        (["02/29/2024", "1/3/2024"], "date", [DAY, dt.date(2024, 1, 3)]),
        (["1/3/2024", "29/02/2024"], "date", [dt.date(2024, 3, 1), DAY]),
        (["1/3/2024", "2/3/2024"], "date", [dt.date(2024, 1, 3), dt.date(2024, 2, 3)]),
        (["29-02-2024", "2024/02/29", "2024-02-29"], "date", [DAY] * 3),
        (["29 Feb 2024", "February 29, 2024", "29. Februar 2024", DAY], "date", [DAY] * 4),
        (["29/02/2024 10:30 pm", "1/3/99"], "datetime", [moment("2024-02-29T22:30"),
                                                        moment("1999-03-01")]),
        (["13/13/2024"], "text", ["13/13/2024"]),
        (["13/01/2024", "01/13/2024"], "text", ["13/01/2024", "01/13/2024"]),
        (["31.02.2024"], "text", ["31.02.2024"]),
        (["5 Marble 2024"], "text", ["5 Marble 2024"]),
        (["1.2.3", "1.2.4"], "text", ["1.2.3", "1.2.4"]),
    ],
)  # fmt: skip
def test_what_people_write_has_its_true_type(
    cells: list[Any], kind: str, values: list[Any]
) -> None:
    assert typed(cells) == (kind, values)


def test_a_hundred_thousand_written_cells_are_read_in_time() -> None:
    kind, values = typed([f"€ {n % 900 + 1},{n % 900 + 100}.{n % 90 + 10}" for n in range(100_000)])
    assert (kind, len(values)) == ("number", 100_000)


def _told(path: Path, tmp_path: Path) -> Any:
    folder = tmp_path / "tables"
    folder.mkdir()
    return told(path, kind_of(path.name), folder), folder


def _csv(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "a.csv"
    path.write_text(text)
    return _told(path, tmp_path)


def test_a_csv_becomes_one_table(tmp_path: Path) -> None:
    said, folder = _csv(tmp_path, "sep=;\nName;Age;Seen\nZoë;41;2024-02-29\nBo;;\n;;\n")
    (table,) = said["tables"]
    assert (table["rows"], table["sheet"]) == (2, "")
    assert [(c["name"], c["type"], c["filled"]) for c in table["columns"]] == [
        ("Name", "text", 2),
        ("Age", "integer", 1),
        ("Seen", "date", 1),
    ]
    assert parquet.read_table(folder / "0.parquet").to_pylist() == [
        {"Name": "Zoë", "Age": 41, "Seen": DAY},
        {"Name": "Bo", "Age": None, "Seen": None},
    ]


def test_names_are_distinct_and_never_empty(tmp_path: Path) -> None:
    said, _ = _csv(tmp_path, "Name,name,,Year 2,Name (2),NAME\na,b,c,d,e,f\n")
    names = [column["name"] for column in said["tables"][0]["columns"]]
    assert names == ["Name", "name (2)", "Column 3", "Year 2", "Name (2) (2)", "NAME (3)"]


def test_a_table_of_the_widest_kind_is_read_in_time(tmp_path: Path) -> None:
    said, _ = _csv(tmp_path, ",".join(["same"] * 5_000) + "\n" + ",".join(["1"] * 5_000) + "\n")
    (table,) = said["tables"]
    assert table["columns"][-1]["name"] == "same (5000)"
    assert len(table["head"][0]) == 200


def test_more_columns_than_a_spreadsheet_has_are_refused(tmp_path: Path) -> None:
    said, _ = _csv(tmp_path, "a," * 17_000 + "\n" + "1," * 17_000 + "\n")
    assert said == {"failed": "A table has more than 16,384 columns."}


def test_a_table_without_names_loses_no_row(tmp_path: Path) -> None:
    said, _ = _csv(tmp_path, "1,2\n3,4\n")
    assert said["tables"][0]["rows"] == 2
    assert [column["name"] for column in said["tables"][0]["columns"]] == ["Column 1", "Column 2"]


def test_a_single_column_is_a_table_too(tmp_path: Path) -> None:
    said, _ = _csv(tmp_path, "Amount\n1\n2\n")
    (table,) = said["tables"]
    assert (table["rows"], table["columns"][0]["name"]) == (2, "Amount")


def test_longer_rows_get_columns_of_their_own(tmp_path: Path) -> None:
    said, folder = _csv(tmp_path, "A,B\n1,2\n3,4,5\n")
    assert parquet.read_table(folder / "0.parquet").column("Column 3").to_pylist() == [None, 5]
    assert said["tables"][0]["rows"] == 2


@pytest.mark.parametrize("text", ["", "\n\n", " , \n"])
def test_nothing_is_no_table(tmp_path: Path, text: str) -> None:
    said, _ = _csv(tmp_path, text)
    assert said == {"failed": "No table found in the file."}


def test_a_damaged_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"x" * 100)
    said, _ = _told(path, tmp_path)
    assert said == {"failed": "The workbook is damaged or is not what its name says."}


def test_a_workbook_has_a_table_per_visible_sheet(tmp_path: Path) -> None:
    book = Workbook()
    first = book.active
    first.title = "Sales"
    first.append(["Sales of all regions"])
    first.append([])
    first.append(["Region", "Day", 2023])
    first.append(["North", moment("2024-02-29"), 1.5])
    first.append([None, moment("2024-03-01"), 2])
    first.merge_cells("A4:A5")
    book.create_sheet("Empty")
    hidden = book.create_sheet("Secret")
    hidden.append(["a", "b"])
    hidden.sheet_state = "hidden"
    path = tmp_path / "a.xlsx"
    book.save(path)

    said, folder = _told(path, tmp_path)

    assert [table["sheet"] for table in said["tables"]] == ["Sales"]
    assert parquet.read_table(folder / "0.parquet").to_pylist() == [
        {"Region": "North", "Day": DAY, "2023": 1.5},
        {"Region": "North", "Day": dt.date(2024, 3, 1), "2023": 2.0},
    ]


def _table(sheet: str = "S", columns: int = 2, cell: str = "x") -> DataTable:
    names = tuple(TableColumn(name=f"c{n}", type="text", filled=1) for n in range(columns))
    return DataTable(sheet=sheet, rows=1, columns=names, head=((cell,) * columns,))


def test_a_summary_tells_columns_and_first_rows_of_every_sheet() -> None:
    assert summary([_table("A"), _table("B", columns=1)]) == (
        "Info:\nSheet 'A': 1 rows, 2 columns\n"
        "#  Column  Non-Null Count  Type\n0  c0      1 non-null      text\n1  c1      1 non-null      text"
        "\n\nHead:\n   c0  c1\n0  x   x"
        "\n\nInfo:\nSheet 'B': 1 rows, 1 columns\n"
        "#  Column  Non-Null Count  Type\n0  c0      1 non-null      text"
        "\n\nHead:\n   c0\n0  x"
    )


def test_a_summary_is_never_long_enough_to_choke_the_bus() -> None:
    wide = [_table(f"S{n}", columns=16_000, cell="y" * 500) for n in range(20)]
    told_ = summary(wide)
    assert len(told_) < 2 * LONGEST_SUMMARY
    assert "(15800 more columns)" in told_
    assert told_.endswith("more sheets)")


def test_signs_that_nobody_can_store_are_left_out() -> None:
    assert "\x00" not in summary([_table(cell="a\x00b\x1b")])


def test_a_summary_is_indexed_under_the_name_of_its_file() -> None:
    blocks = summary_blocks("data.xlsx", summary([_table()]))
    assert [block.kind for block in blocks] == ["heading", "paragraph", "paragraph"]
    assert blocks[1].heading_path == ("data.xlsx",)
