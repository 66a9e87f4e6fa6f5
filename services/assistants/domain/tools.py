"""Tools that an answer may use: what the model is told of them, what it calls, what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.assistants.domain.citation import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """What the model is told. parameters: a JSON Schema of type object. name: [a-zA-Z0-9_-]{1,64}.

    only_reads: it reads what the assistant may read anyway and reaches nobody, so the model may
    call it unasked. Any other tool is called only when the user asks for it.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    only_reads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """What the model asks for. arguments: as the model wrote them, JSON text that may be broken."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableData:
    """The caller is shown rows that the answer was computed from; values are JSON values."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total_rows: int
    sql: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphData:
    """The caller is shown a chart. kind: bar, line, area or doughnut; as many x as y."""

    title: str
    x_label: str
    y_label: str
    x_coordinates: tuple[str, ...]
    y_coordinates: tuple[float, ...]
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutcome:
    """What came of a call. text: what the model reads, of a failure too. shown: told to the caller.

    passages: found documents, which the answer may cite.
    """

    text: str
    is_error: bool = False
    shown: tuple[TableData | GraphData, ...] = field(default=())
    passages: tuple[Passage, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What the model reads of a call. documents: passages under their positions in the answer's."""

    call_id: str
    text: str
    documents: tuple[tuple[int, Passage], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRound:
    """One turn of a model that calls tools: why, what it said meanwhile, its calls, their results."""

    plan: str
    said: str
    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]
