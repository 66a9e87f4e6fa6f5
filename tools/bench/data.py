"""Questions about a workbook of orders, through the product with its default model: exact answers."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tools.bench.data_questions import QUESTIONS, UNSEEN, Truth, is_exact
from tools.bench.figures import Spread, milliseconds
from tools.bench.ground import CHAT_MODEL, Ground
from tools.bench.table import Measured, Row
from tools.bench.workbook import Order, orders, write_workbook
from tools.client import Client

WORKBOOK = "orders.xlsx"
Asked = Callable[[str], list[dict[str, Any]]]


def measure(ground: Ground) -> Measured:
    """Uploads a workbook of `orders` rows; both lists of questions."""
    rows = orders(ground.sizes.orders)
    assistant, seconds = upload(ground.client, rows)
    measured = Measured(raw={"orders": len(rows), "upload_s": round(seconds, 1)})
    measured.rows.append(Row(what=f"workbook of {len(rows):,} rows read", ours=f"{seconds:.1f} s"))

    def ask(question: str) -> list[dict[str, Any]]:
        return list(ground.client.stream(question, assistant_uuid=assistant))

    for name, questions in (("written for", QUESTIONS), ("unseen", UNSEEN)):
        raw = answered(ask, rows, questions)
        measured.raw[name] = raw
        exact, count = raw["exact"], len(questions)
        met = exact == count if name == "written for" else None
        measured.rows += [
            Row(what=f"data answers exact, {name}", ours=f"{exact} of {count}", aim="all", met=met),
            Row(
                what=f"data answers whole, {name}, p50",
                ours=milliseconds(raw["milliseconds"]["p50"]),
            ),
        ]
        measured.notes += [f"not exact: {wrong}" for wrong in raw["wrong"]]
    return measured


def upload(client: Client, rows: list[Order]) -> tuple[str, float]:
    """An assistant over the workbook, and how long its upload took."""
    base = str(client.create_knowledge_base("Orders")["uuid"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / WORKBOOK
        write_workbook(path, rows)
        content = path.read_bytes()
    began = time.perf_counter()
    client.add_data_excel(base, WORKBOOK, content)
    seconds = time.perf_counter() - began
    assistant = client.save_assistant(agentName="Data", model_name=CHAT_MODEL)
    client.set_knowledge_base(assistant, base)
    return assistant, seconds


def answered(
    ask: Asked, rows: list[Order], questions: Sequence[tuple[str, Truth]]
) -> dict[str, Any]:
    """How many answers have every expected figure, which have not, and the seconds of each."""
    seconds, wrong = [], []
    for question, truth in questions:
        began = time.perf_counter()
        lines = ask(question)
        seconds.append(time.perf_counter() - began)
        text = "".join(line["content"] for line in lines if line["type"] == "token")
        if not is_exact(text, list(truth(rows))):
            wrong.append(f"{question} {text[:200]!r}")
    return {
        "exact": len(questions) - len(wrong),
        "wrong": wrong,
        "milliseconds": Spread.of(seconds).as_json(),
    }
