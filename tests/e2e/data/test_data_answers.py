"""Questions in plain language about an uploaded workbook, through the product: exact figures, rows, charts."""

import pytest

from tools.bench.data import answered, upload
from tools.bench.data_questions import QUESTIONS
from tools.bench.workbook import orders
from tools.client import Client

ROWS = 3000


def test_data_questions_are_answered_from_all_rows(client: Client) -> None:
    rows = orders(ROWS)
    assistant, _ = upload(client, rows)

    def ask(question: str) -> list[dict[str, object]]:
        return list(client.stream(question, assistant_uuid=assistant))

    found = answered(ask, rows, QUESTIONS[::3])
    assert found["wrong"] == []

    lines = ask("Draw a pie chart of revenue by category")
    by_type = {line["type"]: line for line in lines}
    graph, table = by_type["graph_data"]["data"], by_type["table_data"]["data"]
    assert graph["kind"] == "doughnut"
    assert graph["x_coordinates"] == [row[0] for row in table["rows"]]
    assert graph["y_coordinates"] == pytest.approx([row[1] for row in table["rows"]])
    assert table["sources"] == ["orders.xlsx"]
    assert [c["document_name"] for c in by_type["citations"]["data"]] == ["orders.xlsx"]
    assert by_type["done"]["finish_reason"] == "complete"

    lines = ask("Who wrote the novel Frankenstein?")
    assert "table_data" not in {line["type"] for line in lines}
