"""The lines of endpoint 1, for the documentation and for tests."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from contracts.shapes import Shape

NDJSON = "application/x-ndjson"


class TokenLine(Shape):
    """The next piece of the answer."""

    type: Literal["token"]
    content: str


class ThinkingLine(Shape):
    """What is being done: retrieving, calling a tool, whose name is `tool` then."""

    type: Literal["thinking"]
    description: str
    tool: str | None = None


class Citation(Shape):
    """A passage that supports the answer. `page` counts from 1; `score` 0 to 1.

    `start` and `end` are character positions in the answer, when known.
    """

    document_id: int
    document_name: str
    kind: str
    url: str | None
    page: int | None
    heading: str | None
    chunk: int
    text: str
    score: float
    start: int | None
    end: int | None


class CitationsLine(Shape):
    """Best first."""

    type: Literal["citations"]
    data: list[Citation]


class Table(Shape):
    """Rows that the answer was computed from, the first ones of `total_rows`, with JSON values.

    `sql` is the query that gave them, `sources` are the documents that it asked.
    """

    title: str
    columns: list[str]
    rows: list[list[Any]]
    total_rows: int
    sql: str
    sources: list[str]


class TableLine(Shape):
    """Rows of data Excels."""

    type: Literal["table_data"]
    data: Table


class Graph(Shape):
    """A chart: a `y` for each `x`."""

    x_label: str
    y_label: str
    x_coordinates: list[str]
    y_coordinates: list[float]
    kind: Literal["bar", "line", "area", "doughnut"]
    title: str


class GraphLine(Shape):
    """A chart of data Excels."""

    type: Literal["graph_data"]
    data: Graph


class ErrorLine(Shape):
    """What went wrong after the answer had begun."""

    type: Literal["error"]
    content: str


class DoneLine(Shape):
    """The last line. `message_id` is the stored answer's, `null` when nothing was stored."""

    type: Literal["done"]
    usage: dict[str, int]
    finish_reason: str
    conversation_id: str | None = None
    message_id: int | None = None
    model: str | None = None


Line = Annotated[
    TokenLine | ThinkingLine | CitationsLine | TableLine | GraphLine | ErrorLine | DoneLine,
    Field(discriminator="type"),
]
LINE: TypeAdapter[Any] = TypeAdapter(Line)
KINDS = ("token", "thinking", "citations", "table_data", "graph_data", "error", "done")
EXAMPLE = (
    '{"type":"thinking","description":"Searching the knowledge base"}\n'
    '{"type":"token","content":"Two years"}\n'
    '{"type":"done","usage":{"input_tokens":321,"output_tokens":12},"finish_reason":"complete"}\n'
)
STREAMED: dict[str, Any] = {
    "description": "JSON lines, flushed one by one: "
    + ", ".join(f"`{kind}`" for kind in KINDS)
    + ".",
    "content": {NDJSON: {"schema": {"type": "string"}, "example": EXAMPLE}},
}
