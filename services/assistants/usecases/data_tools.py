"""The built-in tools that let a model query the data tables and draw charts of what it found."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import structlog

from contracts.errors import InvalidRequest, ServiceError
from services.assistants.domain.answer import Answer
from services.assistants.domain.data_question.prompt import described_for_model, result_for_model
from services.assistants.domain.data_question.tables import QueryResult
from services.assistants.domain.tool_use import error_text
from services.assistants.domain.tools import GraphData, TableData, ToolOutcome, ToolSpec
from services.assistants.ports import DataTables, Tool

log = structlog.get_logger(__name__)
QUERY_DATA = "query_data"
MAKE_CHART = "make_chart"
KINDS = ("bar", "line", "area", "doughnut")
MAX_ROWS = 1000
SHOWN_ROWS = 200
DRAWN_POINTS = 120
LONGEST_SQL = 10_000
LONGEST_QUESTION = 2_000
_SQL = {"type": "string", "description": "One SELECT in DuckDB's SQL; names in double quotes."}
_TEXT = {"type": "string"}


@dataclass(slots=True)
class LastResult:
    """What the model asked last, in this answer."""

    result: QueryResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneBase:
    """The tables of one user's knowledge base, asked by a model: errors are told to it."""

    tables: DataTables
    user_id: int
    knowledge_base: UUID
    last: LastResult = field(default_factory=LastResult)

    async def ask(self, sql: Any) -> QueryResult | ToolOutcome:
        """The result, else what is wrong."""
        if not isinstance(sql, str) or not sql.strip() or len(sql) > LONGEST_SQL:
            return _wrong('Give "sql": one SELECT statement.')
        try:
            result = await self.tables.query(
                user_id=self.user_id,
                knowledge_base=self.knowledge_base,
                sql=sql,
                max_rows=MAX_ROWS,
            )
        except InvalidRequest as error:
            return _wrong(
                " ".join(told for field in error.fields.values() for told in field) or error.detail
            )
        except ServiceError as error:
            return _wrong(error.detail)
        self.last.result = result
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryData:
    """The port `Tool`: SQL over the data tables."""

    base: OneBase
    spec: ToolSpec

    async def __call__(self, arguments: dict[str, Any]) -> ToolOutcome:
        asked = await self.base.ask(arguments.get("sql"))
        if isinstance(asked, ToolOutcome):
            return asked
        shown = TableData(
            title=str(arguments.get("title") or "Result")[:200],
            columns=asked.columns,
            rows=asked.rows[:SHOWN_ROWS],
            total_rows=asked.total_rows,
            sql=str(arguments["sql"]),
            sources=asked.documents,
        )
        return ToolOutcome(text=result_for_model(asked), shown=(shown,))


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeChart:
    """The port `Tool`: a chart of the last result, or of a query of its own."""

    base: OneBase

    @property
    def spec(self) -> ToolSpec:
        return _CHART

    async def __call__(self, arguments: dict[str, Any]) -> ToolOutcome:
        if arguments.get("kind") not in KINDS:
            return _wrong(f'"kind" is one of {", ".join(KINDS)}.')
        sql = arguments.get("sql")
        asked = await self.base.ask(sql) if sql else self.base.last.result
        if isinstance(asked, ToolOutcome):
            return asked
        if asked is None:
            return _wrong(f'There is no result yet: give "sql", or call {QUERY_DATA} first.')
        return _charted(asked, arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTools:
    """The port `Toolbox`: there are tools where the knowledge base has tables."""

    tables: DataTables

    async def tools(self, answer: Answer) -> Sequence[Tool]:
        knowledge_base = answer.opened.assistant.knowledge_base
        if knowledge_base is None:
            return ()
        user_id = answer.question.user_id
        try:
            described = await self.tables.describe(
                user_id=user_id,
                knowledge_base=knowledge_base,
                question=answer.turns()[-1].content[:LONGEST_QUESTION],
            )
        except ServiceError as error:
            log.warning("data_not_described", reason=error.detail)
            return ()
        if not described.tables:
            return ()
        base = OneBase(tables=self.tables, user_id=user_id, knowledge_base=knowledge_base)
        spec = replace(_QUERY, description=_QUERY.description + described_for_model(described))
        return QueryData(base=base, spec=spec), MakeChart(base=base)


def _wrong(detail: str) -> ToolOutcome:
    return ToolOutcome(text=error_text(detail), is_error=True)


def _charted(result: QueryResult, arguments: dict[str, Any]) -> ToolOutcome:
    x, y = (_position(result, arguments.get(name)) for name in ("x", "y"))
    if x is None or y is None:
        return _wrong(f'"x" and "y" are names of these columns: {", ".join(result.columns)}.')
    points = [(row[x], float(row[y])) for row in result.rows[:DRAWN_POINTS] if _is_figure(row[y])]
    if not points:
        return _wrong(f'The column "{result.columns[y]}" has no numbers.')
    graph = GraphData(
        title=str(arguments.get("title") or "")[:200],
        x_label=result.columns[x],
        y_label=result.columns[y],
        x_coordinates=tuple("" if name is None else str(name) for name, _ in points),
        y_coordinates=tuple(value for _, value in points),
        kind=arguments["kind"],
    )
    return ToolOutcome(text=json.dumps({"drawn_points": len(points)}), shown=(graph,))


def _position(result: QueryResult, name: Any) -> int | None:
    return result.columns.index(name) if name in result.columns else None


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_QUERY = ToolSpec(
    name=QUERY_DATA,
    description="Computes figures from the user's data tables with one SELECT in DuckDB's SQL. "
    "Use it for every count, sum, average, ranking or list; tell only figures that a result "
    "contains. Column names go in double quotes exactly as given. The tables:\n",
    parameters={
        "type": "object",
        "properties": {"sql": _SQL, "title": {**_TEXT, "description": "A heading for the rows."}},
        "required": ["sql"],
    },
    only_reads=True,
)
_CHART = ToolSpec(
    name=MAKE_CHART,
    description=f"Shows the user a chart of the last result of {QUERY_DATA}, or of its own query.",
    parameters={
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": list(KINDS)},
            "title": _TEXT,
            "x": {**_TEXT, "description": "Column of the result for the x axis."},
            "y": {**_TEXT, "description": "Column of the result with the numbers."},
            "sql": {**_SQL, "description": "Instead of the last result: one SELECT."},
        },
        "required": ["kind", "x", "y"],
    },
    only_reads=True,
)
