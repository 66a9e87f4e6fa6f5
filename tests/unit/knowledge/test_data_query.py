"""Queries of data tables: the children's work, in this process."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from contracts.errors import InvalidRequest, NotFound
from services.knowledge.adapters.data_query.cells import cell_json
from services.knowledge.adapters.data_query.database import opened
from services.knowledge.adapters.data_query.facts_child import facts
from services.knowledge.adapters.data_query.query_child import answer
from services.knowledge.domain.data_query import DataDocument, QueryAnswer, documents_of
from services.knowledge.domain.data_table import StoredTable
from services.knowledge.usecases.ask_tables import DescribeTables, QueryTables

ONE_SELECT = "Only one SELECT statement can be run."


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    table = pa.table(
        {
            "City": ["Paris", "Lyon", "Paris", None],
            "Unit price": [0.1, 0.2, 30.0, 4.5],
            "Day": [dt.date(2024, 1, n) for n in (3, 4, 5, 6)],
            "Units": [1, 2, 3, 4],
        }
    )
    path = tmp_path / "sales.parquet"
    parquet.write_table(table, path)
    return path


def _answer(sales: Path, sql: str, *, max_rows: int = 100, max_bytes: int = 100_000) -> Any:
    job = {
        "tables": {"sales": str(sales)},
        "sql": sql,
        "max_rows": max_rows,
        "max_bytes": max_bytes,
    }
    return answer(job, memory_mb=64)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ('SELECT City, sum("Unit price") FROM sales GROUP BY 1 ORDER BY 2 DESC LIMIT 1',
         [["Paris", 30.1]]),
        ('select min(day), max("day") from SALES', [["2024-01-03", "2024-01-06"]]),
        ("FROM sales SELECT count(*); -- all", [[4]]),
        ("WITH s AS (SELECT * FROM sales WHERE City IS NULL) SELECT Units FROM s", [[4]]),
        ("SELECT a.Units FROM sales a JOIN sales b USING (Units) WHERE Units IN (SELECT 2)", [[2]]),
        ("SELECT Units FROM sales WHERE Units > 3 UNION ALL VALUES (9)", [[4], [9]]),
        ("SELECT count(*) FROM sales, range(3), generate_series(1, 2), unnest([1, 2])", [[48]]),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) FROM t",
         [[1], [2], [3], [4], [5]]),
    ],
)  # fmt: skip
def test_one_select_is_answered(sales: Path, sql: str, rows: list[Any]) -> None:
    assert json.loads(_answer(sales, sql)["rows"]) == rows


ATTACKS = [
    ("", ONE_SELECT),
    ("SELECT 1; SELECT 2", ONE_SELECT),
    ("SELECT 1; DROP VIEW sales", ONE_SELECT),
    ("DROP VIEW sales", ONE_SELECT),
    ("CREATE TABLE t AS SELECT 1", ONE_SELECT),
    ("INSERT INTO sales VALUES (1)", ONE_SELECT),
    ("WITH x AS (INSERT INTO sales VALUES (1) RETURNING *) SELECT * FROM x", ONE_SELECT),
    ("SELECT * FROM (WITH x AS (DELETE FROM sales RETURNING *) SELECT * FROM x)", ONE_SELECT),
    ("COPY sales TO '/tmp/stolen.csv'", ONE_SELECT),
    ("COPY (SELECT 1) TO '/tmp/stolen.csv'", ONE_SELECT),
    ("ATTACH '/tmp/x.db'", ONE_SELECT),
    ("INSTALL httpfs", ONE_SELECT),
    ("LOAD httpfs", ONE_SELECT),
    ("SET enable_external_access = true", ONE_SELECT),
    ("PRAGMA database_list", ONE_SELECT),
    ("CALL pragma_version()", ONE_SELECT),
    ("EXPLAIN ANALYZE SELECT 1", ONE_SELECT),
    ("DESCRIBE sales", ONE_SELECT),
    ("SELECT * FROM (SHOW ALL TABLES)", ONE_SELECT),
    ("EXPORT DATABASE '/tmp/x'", ONE_SELECT),
    ("PREPARE v AS SELECT 1", ONE_SELECT),
    ("SELECT * FROM read_csv('/etc/passwd')", "read_csv is not available"),
    ("SELECT (SELECT content FROM read_text('/etc/passwd'))", "read_text is not available"),
    ("WITH a AS (WITH b AS (FROM read_blob('/proc/self/environ')) FROM b) FROM a", "read_blob is"),
    ("SELECT 1 WHERE EXISTS (FROM glob('/**'))", "glob is not available"),
    ("FROM parquet_scan('https://127.0.0.1/a.parquet')", "parquet_scan is not available"),
    ("FROM query('SELECT 1')", "query is not available"),
    ("FROM query_table('sales')", "query_table is not available"),
    ("FROM duckdb_settings()", "duckdb_settings is not available"),
    ("FROM duckdb_secrets()", "duckdb_secrets is not available"),
    ("FROM pragma_database_list()", "pragma_database_list is not available"),
    ("FROM '/etc/passwd'", "There is no table /etc/passwd. There are: sales."),
    ("SELECT * FROM sales, 'x.csv'", "There is no table x.csv"),
    ("FROM 's3://bucket/x.parquet'", "There is no table s3://"),
    ('FROM "http://169.254.169.254/latest"', "There is no table http://"),
    ("FROM duckdb_tables", "There is no table duckdb_tables"),
    ("FROM pg_class", "There is no table pg_class"),
    ("FROM sqlite_master", "There is no table sqlite_master"),
    ("FROM information_schema.tables", "Tables are named without a schema."),
    ("FROM memory.main.sales", "Tables are named without a schema."),
    ("FROM answer", "There is no table answer"),  # a Python name
    ("SELECT current_setting('allowed_paths')", "current_setting is not available"),
    ("SELECT getenv('HOME')", "getenv is not available"),
    ("SELECT nothing FROM sales", 'Referenced column "nothing" not found'),
    ("SELEC 1", "syntax error"),
    ("SELECT " + "(" * 5_000 + "1" + ")" * 5_000, ""),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "why"), ATTACKS, ids=lambda value: value[:40])
def test_nothing_else_is_run(sales: Path, sql: str, why: str) -> None:
    assert why in _answer(sales, sql)["refused"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "FROM '/etc/passwd'",
        "COPY (SELECT 1) TO '/tmp/stolen.csv'",
        "ATTACH '/tmp/x.db'",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "RESET lock_configuration",
    ],
)
def test_the_database_itself_is_locked(sales: Path, sql: str) -> None:
    connection = opened({"sales": str(sales)}, memory_mb=64)
    with pytest.raises(duckdb.Error):
        connection.execute(sql).fetchall()


def test_rows_beyond_the_limit_are_counted(sales: Path) -> None:
    said = _answer(sales, "SELECT Units FROM sales ORDER BY Units DESC", max_rows=2)
    assert (json.loads(said["rows"]), said["total_rows"]) == ([[4], [3]], 4)
    said = _answer(sales, "SELECT repeat('x', 400) FROM range(1000)", max_bytes=10_000)
    assert (len(json.loads(said["rows"])), said["total_rows"]) == (24, 1000)
    assert "too_large" in _answer(sales, "SELECT repeat('x', 20000)", max_bytes=10_000)


def test_too_much_memory_is_told(sales: Path) -> None:
    said = _answer(sales, "SELECT list(r.range || 'padding') FROM range(20000000) r")
    assert said == {"too_large": "The query needs more than 64 MB of memory."}


def test_columns_have_our_types(sales: Path) -> None:
    sql = "SELECT City, Units, sum(Units), Units / 3, Day, now(), true, 1.5, [1] FROM sales GROUP BY ALL"
    assert _answer(sales, sql)["types"] == [
        *("text", "integer", "integer", "number", "date", "datetime", "boolean", "number", "text")
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (10**30, "1" + "0" * 30),
        (2**53 + 1, "9007199254740993"),
        (Decimal("123456789012345678.12"), "123456789012345678.12"),
        (Decimal("1E+3"), "1000"),
        (95704590.85999992, "95704590.86"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.3333333333333333"),
        (1234567.123456789, "1234567.123456789"),
        (1e300, "1e+300"),
        (float("nan"), "null"),
        (float("inf"), "null"),
        (dt.datetime(2024, 2, 29, 10, tzinfo=dt.timezone(dt.timedelta(hours=2))),
         '"2024-02-29T08:00:00"'),
        (dt.date(2024, 2, 29), '"2024-02-29"'),
        ('"दिल्ली"', '"\\"दिल्ली\\""'),
        ([1, None, {"a": True}], '[1,null,{"a":true}]'),
        (b"\x00\xff", '"00ff"'),
    ],
)  # fmt: skip
def test_values_are_exact_json(value: Any, told: str) -> None:
    assert cell_json(value) == told


def test_facts_of_a_table(sales: Path, tmp_path: Path) -> None:
    kinds = {"City": "text", "Unit price": "number", "Day": "date", "Units": "integer"}
    columns = [{"name": name, "type": kind} for name, kind in kinds.items()]
    job = {"path": str(sales), "rows": 4, "columns": columns, "values": str(tmp_path / "values")}
    city, price, day, units = facts(job, memory_mb=64)["columns"]
    assert city == {"distinct": 2, "values": ["Paris", "Lyon"], "min": "", "max": ""}
    assert (price["min"], price["max"]) == ("0.1", "30.0")
    assert (day["min"], day["max"], units["distinct"]) == ("2024-01-03", "2024-01-06", 4)
    (line,) = (tmp_path / "values").read_text().splitlines()
    assert json.loads(line) == {
        "column": "City",
        "values": [["Paris", "paris"], ["Lyon", "lyon"]],
    }


class _Documents:
    async def of_base(self, *, user_id: int, uuid: Any) -> list[DataDocument] | None:
        if user_id != 1:
            return None
        stored = StoredTable(key="k", sheet="", rows=1, columns=())
        return [DataDocument(id=2, name="b.csv", tables=(stored,)),
                DataDocument(id=1, name="a.csv", tables=(stored,))]  # fmt: skip


class _Engine:
    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def describe(self, tables: Any) -> list[Any]:
        return list(tables)

    async def matches(self, tables: Any, question: str) -> list[Any]:
        self.asked.append(question)
        return []

    async def query(self, tables: Any, sql: str, *, max_rows: int) -> QueryAnswer:
        self.asked.append(max_rows)
        return QueryAnswer(columns=(), types=(), rows="[]", total_rows=0, tables=("b",))


async def test_a_query_names_the_documents_it_asked() -> None:
    engine = _Engine()
    query = QueryTables(documents=_Documents(), engine=engine, most_rows=50)
    for wanted in (0, 7, 70):
        _, documents = await query(user_id=1, uuid=uuid4(), sql="SELECT 1", max_rows=wanted)
        assert documents == ["b.csv"]
    assert engine.asked == [50, 7, 50]


async def test_a_foreign_base_is_not_found_and_a_long_query_is_refused() -> None:
    query = QueryTables(documents=_Documents(), engine=_Engine(), most_rows=50)
    with pytest.raises(NotFound):
        await query(user_id=2, uuid=uuid4(), sql="SELECT 1", max_rows=0)
    for sql in (" ", "x" * 20_001):
        with pytest.raises(InvalidRequest):
            await query(user_id=1, uuid=uuid4(), sql=sql, max_rows=0)


async def test_without_a_question_nothing_is_linked() -> None:
    engine = _Engine()
    describe = DescribeTables(documents=_Documents(), engine=engine)
    tables, _ = await describe(user_id=1, uuid=uuid4(), question=" ")
    assert [each.name for each in tables] == ["a", "b"]
    await describe(user_id=1, uuid=uuid4(), question="?" * 3_000)
    assert engine.asked == ["?" * 2_000]
    assert documents_of(tables, ["b", "b", "nothing"]) == ["b.csv"]
