"""A test run as a table for spreadsheets: RFC 4180, one line per case."""

import csv
import io
from collections.abc import Iterable

from contracts.rpc.evaluation import AssertionResult, CaseResult, RunResults
from services.gateway.domain.plain_text import without_controls

COLUMNS = (
    "idx",
    "category",
    "question",
    "expected",
    "agent",
    "verification",
    "verification_result",
    "score",
    "latency_ms",
    "input_tokens",
    "output_tokens",
    "assertions",
    "citations",
    "tools",
    "finished_at",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is run by one spreadsheet or another."""
Cell = str | int | float | None


def run_as_csv(run: RunResults) -> str:
    """COLUMNS, and behind them one column per score that any case has."""
    scores = sorted({name for result in run.results for name in result.scores})
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(_harmless(f"score: {name}") for name in scores)])
    for result in run.results:
        measured = [result.scores.get(name) for name in scores]
        writer.writerow(map(_harmless, [*_cells(result), *measured]))
    return table.getvalue()


def _cells(result: CaseResult) -> list[Cell]:
    return [
        result.idx,
        result.category,
        result.question,
        result.expected,
        result.agent,
        result.verification,
        result.verification_result,
        result.score,
        result.latency_ms,
        result.input_tokens,
        result.output_tokens,
        _lines(map(_assertion, result.assertions)),
        _lines(
            each.document_name if each.chunk is None else f"{each.document_name} #{each.chunk}"
            for each in result.citations
        ),
        _lines(result.tools),
        result.finished_at.isoformat().replace("+00:00", "Z"),
    ]


def _assertion(result: AssertionResult) -> str:
    became = {True: "passed", False: "failed", None: "undecided"}[result.passed]
    name = f"not {result.type}" if result.negate else result.type
    return (
        f"{name}: {became}. {result.reason}".rstrip(". ") if result.reason else f"{name}: {became}"
    )


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _harmless(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = without_controls(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
