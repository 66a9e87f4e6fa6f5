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
    """What is being done: retrieving, calling a tool."""

    type: Literal["thinking"]
    description: str


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


class ErrorLine(Shape):
    """What went wrong after the answer had begun."""

    type: Literal["error"]
    content: str


class DoneLine(Shape):
    """The last line."""

    type: Literal["done"]
    usage: dict[str, int]
    finish_reason: str
    conversation_id: str | None = None
    model: str | None = None


Line = Annotated[
    TokenLine | ThinkingLine | CitationsLine | ErrorLine | DoneLine, Field(discriminator="type")
]
LINE: TypeAdapter[Any] = TypeAdapter(Line)
EXAMPLE = (
    '{"type":"thinking","description":"Searching the knowledge base"}\n'
    '{"type":"token","content":"Two years"}\n'
    '{"type":"done","usage":{"input_tokens":321,"output_tokens":12},"finish_reason":"complete"}\n'
)
STREAMED: dict[str, Any] = {
    "description": "JSON lines, flushed one by one: "
    + ", ".join(f"`{kind}`" for kind in ("token", "thinking", "citations", "error", "done"))
    + ".",
    "content": {NDJSON: {"schema": {"type": "string"}, "example": EXAMPLE}},
}
