"""A whole answer as WhatsApp messages: its text, what it was computed from, where it comes from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.assistants.domain.answer import AnswerEvent, Citations, Done, Failed, Token
from services.assistants.domain.citation import Citation
from services.assistants.domain.data_question.wording import short_figure
from services.assistants.domain.tools import GraphData, TableData
from services.assistants.domain.whatsapp_lines import BOLD, Line, Span, messages, plain
from services.assistants.domain.whatsapp_markdown import lines_of, table_lines

SOURCES = 3
NAME_CHARACTERS = 120
URL_CHARACTERS = 250
SHOWN_ROWS = 10
CELL_CHARACTERS = 120


@dataclass(slots=True)
class WholeAnswer:
    """Gathers the events of one answer."""

    text: list[str] = field(default_factory=list)
    shown: list[TableData | GraphData] = field(default_factory=list)
    citations: tuple[Citation, ...] = ()
    failure: str = ""
    done: Done | None = None

    def hear(self, event: AnswerEvent) -> None:
        """Progress is of no use to whoever waits for the whole."""
        match event:
            case Token(content):
                self.text.append(content)
            case TableData() | GraphData():
                self.shown.append(event)
            case Citations(citations):
                self.citations = citations
            case Failed(content):
                self.failure = content
            case Done():
                self.done = event

    def messages(self, *, at_most: int) -> tuple[str, ...]:
        """At most so many, each as long as WhatsApp takes; the sources are in the last one."""
        lines = lines_of("".join(self.text).replace("\x00", ""))
        for each in self.shown:
            if not (self._is_told_by_a_table(each) or self._is_told_in_words(each)):
                lines += [(), *_shown(each)]
        return messages(lines, tail=_sources(self.citations), at_most=at_most)

    def _is_told_by_a_table(self, data: TableData | GraphData) -> bool:
        """A chart of a table's columns: in words it would be the same lines again."""
        if isinstance(data, TableData):
            return False
        points = list(zip(data.x_coordinates, data.y_coordinates, strict=False))
        tables = (each for each in self.shown if isinstance(each, TableData))
        return any(points == [row[:2] for row in table.rows] for table in tables)

    def _is_told_in_words(self, data: TableData | GraphData) -> bool:
        """A table each of whose rows, of those that would be shown, is a line of the text."""
        if not isinstance(data, TableData):
            return False
        told = "".join(self.text).splitlines()
        rows = [row for row in data.rows[:SHOWN_ROWS] if any(cell is not None for cell in row)]
        return bool(told) and all(any(_tells(line, row) for line in told) for row in rows)


def _tells(line: str, row: Sequence[Any]) -> bool:
    return all(
        any(re.search(rf"(?<![\w.,]){re.escape(form)}(?!\w|[.,]\d)", line) for form in _forms(cell))
        for cell in row
        if cell is not None
    )


def _forms(cell: Any) -> set[str]:
    """How a text may write it: figures are rounded there."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return {str(cell)}
    return {str(cell), f"{cell:g}", f"{cell:,.2f}", short_figure(cell)}


def _sources(citations: Sequence[Citation]) -> list[Line]:
    """The best documents, each once, with the page of its best passage."""
    best = {each.passage.document_id: each.passage for each in reversed(citations)}
    ordered = dict.fromkeys(each.passage.document_id for each in citations)
    lines = []
    for document_id in list(ordered)[:SOURCES]:
        passage = best[document_id]
        name = _short(passage.document_name, NAME_CHARACTERS)
        page = f", p. {passage.page}" if passage.page else ""
        has_url = passage.url and len(passage.url) <= URL_CHARACTERS and passage.url != name
        lines.append(plain(f"- {name}{page}" + (f": {passage.url}" if has_url else "")))
    return [plain("Sources:"), *lines] if lines else []


def _shown(data: TableData | GraphData) -> list[Line]:
    if isinstance(data, TableData):
        columns, rows, total = data.columns, data.rows, data.total_rows
    else:
        columns = (data.x_label or "x", data.y_label or "y")
        rows = tuple(zip(data.x_coordinates, data.y_coordinates, strict=False))
        total = len(rows)
    lines = table_lines(
        [plain(_short(name, CELL_CHARACTERS)) for name in columns],
        [[_cell(value) for value in row] for row in rows[:SHOWN_ROWS]],
    )
    title = [(Span(_short(data.title, NAME_CHARACTERS), (BOLD,)),)] if data.title else []
    left_out = max(total, len(rows)) - len(rows[:SHOWN_ROWS])
    return [*title, *lines, *([plain(f"… + {left_out}")] if left_out else [])]


def _cell(value: Any) -> Line:
    if value is None:
        return plain("–")
    text = f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)
    return plain(_short(text, CELL_CHARACTERS))


def _short(text: str, characters: int) -> str:
    one_line = " ".join(text.replace("\x00", "").split())
    return one_line if len(one_line) <= characters else f"{one_line[: characters - 1]}…"
