"""Data Excels asked by SQL on the real parts: uploaded over the bus, queried over gRPC."""

import csv
import io
import json
import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from chassis.grpc_wire import ERROR_KEY
from contracts.errors import InvalidRequest, NotFound, ServiceError, TooLarge, from_wire
from contracts.rpc import knowledge as shapes
from protos.knowledge.v1 import tables_pb2, tables_pb2_grpc
from tests.integration.knowledge.conftest import Product, wait_until

ROWS = 100_000
CITIES = ("München", "São Paulo", "New York", "नई दिल्ली", "Kraków")
ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11"


def _error(error: grpc.RpcError) -> ServiceError:
    return from_wire(json.loads(dict(error.trailing_metadata() or ())[ERROR_KEY]))


class Tables:
    """The asking side."""

    def __init__(self, product: Product) -> None:
        self.stub = tables_pb2_grpc.TablesStub(product.search_channel)

    def describe(self, base: Any, question: str = "", user_id: int = 1) -> Any:
        request = tables_pb2.DescribeRequest(
            user_id=user_id, knowledge_base_uuid=str(base.uuid), question=question
        )
        try:
            return self.stub.Describe(request, timeout=30)
        except grpc.RpcError as error:
            raise _error(error) from error

    def request(self, base: Any, sql: str, user_id: int = 1) -> Any:
        return tables_pb2.QueryRequest(user_id=user_id, knowledge_base_uuid=str(base.uuid), sql=sql)

    def query(self, base: Any, sql: str, user_id: int = 1) -> list[Any]:
        return json.loads(self.reply(base, sql, user_id).rows)

    def reply(self, base: Any, sql: str, user_id: int = 1) -> Any:
        try:
            return self.stub.Query(self.request(base, sql, user_id), timeout=30)
        except grpc.RpcError as error:
            raise _error(error) from error


@pytest.fixture(scope="module")
def tables(product: Product) -> Tables:
    return Tables(product)


@pytest.fixture(scope="module")
def rows() -> list[list[Any]]:
    luck = random.Random(7)
    return [
        [n, f"Customer {luck.randrange(12_000):05}", luck.choice(CITIES), luck.randrange(1, 9),
         luck.randrange(100, 99_999)]
        for n in range(ROWS)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def base(product: Product, rows: list[list[Any]]) -> Any:
    """One base with a table of 100,000 rows and one of three."""
    made = product.base()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Order", "Customer", "City", "Units", "Price"])
    writer.writerows([*row[:4], f"{row[4] / 100:.2f}"] for row in rows)
    product.data_excel(made, "Sales 2024.csv", text.getvalue().encode())
    product.data_excel(made, "Regions.csv", "City,Region\nMünchen,South\nKraków,East\n".encode())
    return made


def test_a_large_table_is_described_and_its_values_are_found(tables: Tables, base: Any) -> None:
    described = tables.describe(base, "how many units did Customr 00042 buy in munchen")
    sales, regions = described.tables
    assert (sales.name, sales.rows, sales.document_name) == ("sales_2024", ROWS, "Sales 2024.csv")
    columns = {column.name: column for column in sales.columns}
    assert {name: column.type for name, column in columns.items()} == {
        "Order": "integer",
        "Customer": "text",
        "City": "text",
        "Units": "integer",
        "Price": "number",
    }
    assert (columns["Order"].min, columns["Order"].max) == ("0", str(ROWS - 1))
    assert sorted(columns["City"].values) == sorted(CITIES)
    assert columns["Customer"].distinct > 11_000
    assert regions.name == "regions"
    named = [(each.table, each.column, each.value) for each in described.matches]
    assert named[0] in {("sales_2024", "City", "München"), ("regions", "City", "München")}
    assert ("sales_2024", "Customer", "Customer 00042") in named


def test_figures_are_those_of_the_rows(tables: Tables, base: Any, rows: list[list[Any]]) -> None:
    cents: dict[str, int] = defaultdict(int)
    for _, _, city, units, price in rows:
        cents[city] += units * price
    sql = "SELECT City, sum(Units * Price) FROM sales_2024 GROUP BY City ORDER BY 2 DESC"
    wanted = sorted(cents.items(), key=lambda item: -item[1])
    assert tables.query(base, sql) == [[city, total / 100] for city, total in wanted]

    joined = (
        "SELECT Region, count(*) FROM sales_2024 JOIN regions USING (City) GROUP BY 1 ORDER BY 1"
    )
    counts = {name: sum(row[2] == name for row in rows) for name in CITIES}
    reply = tables.reply(base, joined)
    assert json.loads(reply.rows) == [["East", counts["Kraków"]], ["South", counts["München"]]]
    assert list(reply.documents) == ["Sales 2024.csv", "Regions.csv"]

    reply = tables.reply(base, 'SELECT "Order" FROM sales_2024 ORDER BY 1 DESC')
    assert (json.loads(reply.rows)[0], reply.total_rows) == ([ROWS - 1], ROWS)
    assert len(json.loads(reply.rows)) == 10_000


def test_others_and_other_bases_reach_nothing(product: Product, tables: Tables, base: Any) -> None:
    other = product.base()
    product.data_excel(other, "Secret.csv", b"a,b\n1,2\n")
    assert [each.name for each in tables.describe(other).tables] == ["secret"]
    with pytest.raises(InvalidRequest, match="no table sales_2024"):
        tables.query(other, "SELECT * FROM sales_2024")
    with pytest.raises(NotFound):
        tables.query(base, "SELECT * FROM sales_2024", user_id=2)
    with pytest.raises(NotFound):
        tables.describe(base, user_id=2)


def test_a_deleted_document_is_no_table_any_more(product: Product, tables: Tables) -> None:
    made = product.base()
    kept = product.data_excel(made, "Gone.csv", b"a,b\n1,2\n")
    assert tables.query(made, "SELECT a + b FROM gone") == [[3]]
    request = shapes.DocumentOf(user_id=1, document_id=kept.id)
    product.call("delete_document", request, shapes.DocumentRemoved)
    with pytest.raises(InvalidRequest, match="no table gone"):
        tables.query(made, "SELECT * FROM gone")
    assert not tables.describe(made, "anything").tables


@pytest.mark.parametrize(
    ("sql", "kind", "why"),
    [
        ("SELECT * FROM read_text('/etc/passwd')", InvalidRequest, "read_text is not available"),
        ("FROM 'http://127.0.0.1/x.csv'", InvalidRequest, "no table http"),
        ("SELECT nothing FROM regions", InvalidRequest, "Candidate bindings"),
        ("SELECT list(r.range || repeat('x', 99)) FROM range(90000000) r", TooLarge, "of memory"),
        ("SELECT length(repeat('x', 3000000000))", TooLarge, "memory|longer"),
    ],
)
def test_attacks_are_refused(
    tables: Tables, base: Any, sql: str, kind: type[ServiceError], why: str
) -> None:
    with pytest.raises(kind, match=why):
        tables.query(base, sql)
    assert tables.query(base, "SELECT count(*) FROM regions") == [[2]]


def test_what_takes_too_long_is_ended_beside_other_queries(tables: Tables, base: Any) -> None:
    with ThreadPoolExecutor(2) as threads:
        endless = threads.submit(tables.query, base, ENDLESS)
        assert tables.query(base, "SELECT sum(Units) > 0 FROM sales_2024") == [[True]]
        assert not endless.done()
        with pytest.raises(TooLarge, match="longer than 4 seconds"):
            endless.result()


def test_a_caller_that_cancels_ends_its_query(product: Product, tables: Tables, base: Any) -> None:
    before = time.monotonic()
    calls = [tables.stub.Query.future(tables.request(base, ENDLESS)) for _ in range(2)]
    wait_until(lambda: len(list(_children(product))) == 2)
    for call in calls:
        call.cancel()
    wait_until(lambda: not list(_children(product)), within_s=2)
    assert time.monotonic() - before < 4
    assert tables.query(base, "SELECT 1") == [[1]]


def test_a_child_that_dies_takes_its_query_alone(
    product: Product, tables: Tables, base: Any
) -> None:
    with ThreadPoolExecutor(1) as threads:
        endless = threads.submit(tables.query, base, ENDLESS)
        (child,) = wait_until(lambda: list(_children(product)))
        os.kill(child, signal.SIGSEGV)
        with pytest.raises(InvalidRequest, match="could not be run"):
            endless.result()
    assert tables.query(base, "SELECT 1") == [[1]]


def test_a_child_knows_no_secret(product: Product, tables: Tables, base: Any) -> None:
    with ThreadPoolExecutor(1) as threads:
        endless = threads.submit(tables.query, base, ENDLESS)
        (child,) = wait_until(lambda: list(_children(product)))
        environment = Path(f"/proc/{child}/environ").read_text()
        os.kill(child, signal.SIGKILL)
        with pytest.raises(TooLarge):
            endless.result()
    assert "PARLANCE" not in environment


def _children(product: Product) -> Iterator[int]:
    """Processes that run a query for this product's search process."""
    parent = str(product.stack.pid("knowledge-search"))
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_text().split("\x00")
        except OSError:
            continue
        if words[4:6] == ["services.knowledge.adapters.data_query.query_child", parent]:
            yield int(folder.name)
