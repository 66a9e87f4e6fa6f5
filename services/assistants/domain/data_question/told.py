"""A plan's result as an answer: text whose figures are those of the result, the rows, a chart."""

from dataclasses import dataclass
from typing import Any

from services.assistants.domain.data_question.plan import Plan
from services.assistants.domain.data_question.tables import Described, QueryResult
from services.assistants.domain.data_question.wording import (
    amount_said,
    conditions_said,
    figure,
    said,
    short_figure,
    side_names,
)
from services.assistants.domain.tools import GraphData, TableData

SHOWN_ROWS = 200
LISTED = 24
DRAWN = 120
_NO_VALUE = "(no value)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer that was computed."""

    text: str
    shown: tuple[TableData | GraphData, ...]


def told(plan: Plan, result: QueryResult, sql: str) -> Told:
    """In words, as rows, and as a chart where the plan wants one."""
    sentence = _SENTENCES[plan.shape](plan, result)
    text = " ".join((sentence, *plan.notes, source(plan)) if "\n" not in sentence else (sentence,))
    if "\n" in sentence:
        text = "\n\n".join((sentence, " ".join((*plan.notes, source(plan)))))
    shown: list[TableData | GraphData] = [_table(plan, result, sql)]
    if plan.chart and (graph := _graph(plan, result)):
        shown.append(graph)
    return Told(text=text, shown=tuple(shown))


def schema_told(described: Described) -> Told:
    """Which tables and columns there are."""
    parts = [
        f"{_place(table.document_name, table.sheet)}: {table.rows:,} rows with the columns "
        + ", ".join(f"{column.name} ({column.type})" for column in table.columns)
        + "."
        for table in described.tables
    ]
    rows = tuple(
        (t.document_name, t.sheet, c.name, c.type) for t in described.tables for c in t.columns
    )
    shown = TableData(
        title="Columns",
        columns=("document", "sheet", "column", "type"),
        rows=rows[:SHOWN_ROWS],
        total_rows=len(rows),
        sources=tuple(dict.fromkeys(table.document_name for table in described.tables)),
    )
    return Told(text="\n\n".join(parts), shown=(shown,))


def title(plan: Plan) -> str:
    """What was computed, as a heading."""
    where = conditions_said((*plan.conditions, *plan.part))
    if plan.shape in ("rows", "values", "spread"):
        names = ", ".join(column.name for column in plan.columns[:3])
        return f"{'Rows' if plan.shape == 'rows' else names}{where}"
    by = " by " + ", ".join(key.label() for key in plan.keys) if plan.keys else ""
    label = plan.measure.label()
    share = "Share of " if plan.shape == "share" else ""
    return f"{share}{label if share else label[0].upper() + label[1:]}{by}{where}"


def source(plan: Plan) -> str:
    """Which tables it was computed from: the end of every answer."""
    names = dict.fromkeys(_place(t.document_name, t.sheet) for t in plan.tables)
    return f"(From {'; '.join(names)}.)"


def _place(document: str, sheet: str) -> str:
    return f"{document}, sheet {sheet}" if sheet else document


def _figure(plan: Plan, result: QueryResult) -> str:
    row = result.rows[0]
    where = conditions_said(plan.conditions)
    if len(row) > 1 and not row[1]:
        return f"No rows match{where}, so there is no {plan.measure.label()}."
    if plan.measure.aggregate == "count" and plan.measure.column is None:
        return f"There are {figure(row[0])} rows{where}."
    of = f", over {row[1]:,} rows" if len(row) > 1 else ""
    return f"The {plan.measure.label()}{where} is {figure(row[0])}{of}."


def _groups(plan: Plan, result: QueryResult) -> str:
    label = plan.measure.label()
    where = conditions_said(plan.conditions)
    if not result.rows:
        having = f" with a {label} that {amount_said(plan.having)}" if plan.having else ""
        return f"No {plan.keys[0].label()}{having} was found{where}."
    if plan.limit == 1:
        return _best(plan, result, where)
    lines = [
        f"- {_keys(row)}: {short_figure(row[-1])}" for row in result.rows[: plan.limit][:LISTED]
    ]
    count = min(result.total_rows, plan.limit or result.total_rows)
    if count > len(lines):
        lines.append(f"- … {count - len(lines):,} more in the table")
    order = {"descending": ", highest first", "ascending": ", lowest first"}.get(plan.order, "")
    by = " and ".join(key.label() for key in plan.keys)
    having = f" that {amount_said(plan.having)}" if plan.having else ""
    return "\n".join([f"{label[0].upper()}{label[1:]}{having} by {by}{where}{order}:", "", *lines])


def _best(plan: Plan, result: QueryResult, where: str) -> str:
    value = result.rows[0][-1]
    ties = [_keys(row) for row in result.rows if row[-1] == value]
    end = "lowest" if plan.order == "ascending" else "highest"
    label = plan.measure.label().removeprefix(f"{end} ")
    if len(ties) > 1:
        return f"{' and '.join(ties[:LISTED])} share the {end} {label}{where}: {figure(value)}."
    return f"{ties[0]} has the {end} {label}{where}: {figure(value)}."


def _keys(row: tuple[Any, ...]) -> str:
    return ", ".join(_key(value) for value in row[:-1])


def _key(value: Any) -> str:
    return _NO_VALUE if value is None else str(value)


def _counted(plan: Plan, result: QueryResult) -> str:
    label = plan.measure.label()
    having = amount_said(plan.having) if plan.having else ""
    where = conditions_said(plan.conditions)
    count = figure(result.rows[0][0])
    return f"{count} different {plan.keys[0].label()} values have a {label}{where} that {having}."


def _values(plan: Plan, result: QueryResult) -> str:
    names = " and ".join(column.name for column in plan.columns)
    where = conditions_said(plan.conditions)
    if not result.rows:
        return f"No rows match{where}."
    shown = [", ".join(_cell(v) for v in row) for row in result.rows[:LISTED]]
    more = f" and {result.total_rows - len(shown):,} more" if result.total_rows > len(shown) else ""
    count = f" ({result.total_rows:,} different)" if result.total_rows > 1 else ""
    return f"{names}{where}{count}: {'; '.join(shown)}{more}."


def _cell(value: Any) -> str:
    """As it is stored: an identifier is no figure."""
    return _NO_VALUE if value is None else str(value)


def _rows(plan: Plan, result: QueryResult) -> str:
    where = conditions_said(plan.conditions)
    if not result.rows:
        return f"No rows match{where}."
    order = (
        f" with the {'highest' if plan.order == 'descending' else 'lowest'} {plan.order_by.name}"
        if plan.order_by
        else ""
    )
    if plan.order_by is not None and plan.limit == 1:
        return f"The row{order}{where}: {_row(plan, result, result.rows[0])}."
    lines = [f"- {_row(plan, result, row)}" for row in result.rows[: plan.limit][:LISTED]]
    count = min(result.total_rows, plan.limit or result.total_rows)
    if count > len(lines):
        lines.append(f"- … {count - len(lines):,} more")
    return "\n".join(
        [f"{count:,} rows{order}{where}:" if order or where else f"{count:,} rows:", "", *lines]
    )


def _row(plan: Plan, result: QueryResult, row: tuple[Any, ...]) -> str:
    cells = zip(result.columns, row, strict=True)
    measured = plan.order_by.name if plan.order_by else ""
    return ", ".join(
        f"{name} {figure(value) if name == measured else _cell(value)}"
        for name, value in cells
        if value is not None
    )


def _spread(plan: Plan, result: QueryResult) -> str:
    lowest, highest, *rest = result.rows[0]
    name = plan.columns[0].name
    where = conditions_said(plan.conditions)
    if lowest is None:
        return f"No rows match{where}."
    if lowest == highest:
        return f"{name}{where} is {figure(lowest)}, in all of {rest[-1]:,} rows."
    average = f"; the average is {figure(rest[0])}" if len(rest) > 1 else ""
    span = f"between {figure(lowest)} and {figure(highest)}{average}"
    return f"{name}{where} lies {span}, over {rest[-1]:,} rows."


def _share(plan: Plan, result: QueryResult) -> str:
    if plan.keys:
        where = conditions_said((*plan.conditions, *plan.part))
        if not result.rows:
            return f"No rows match{where}."
        lines = [
            f"- {_key(row[0])}: {short_figure(row[2])} % ({short_figure(row[1])})"
            for row in result.rows[:LISTED]
        ]
        if result.total_rows > len(lines):
            lines.append(f"- … {result.total_rows - len(lines):,} more in the table")
        return "\n".join(
            [f"Share of the {plan.measure.label()}{where} by {plan.keys[0].label()}:", "", *lines]
        )
    percent, part, whole = result.rows[0]
    if percent is None:
        return f"No rows match{conditions_said(plan.conditions)}, so there is no share of them."
    parts = " and ".join(said(condition) for condition in plan.part)
    where = conditions_said(plan.conditions)
    ratio = f"{figure(part)} of {figure(whole)}"
    return f"{figure(percent)} % of the {plan.measure.label()}{where}: {ratio}, where {parts}."


def _sides(plan: Plan, result: QueryResult) -> str:
    one, other, gap, *change = result.rows[0]
    names = side_names(plan)
    where = conditions_said(plan.conditions)
    if gap is None:
        return f"One of {names[0]} and {names[1]} has no {plan.measure.label()}{where}."
    both = f"{figure(one)} for {names[0]} and {figure(other)} for {names[1]}"
    sentence = f"The {plan.measure.label()}{where} is {both}: a difference of {figure(gap)}"
    return (
        f"{sentence}, or {figure(change[0])} %."
        if change and change[0] is not None
        else f"{sentence}."
    )


_SENTENCES = {
    "figure": _figure,
    "groups": _groups,
    "counted_groups": _counted,
    "values": _values,
    "rows": _rows,
    "spread": _spread,
    "share": _share,
    "sides": _sides,
}


def _table(plan: Plan, result: QueryResult, sql: str) -> TableData:
    rows = result.rows[: plan.limit] if plan.shape == "groups" and plan.limit else result.rows
    total = len(rows) if plan.shape == "groups" and plan.limit else result.total_rows
    return TableData(
        title=title(plan),
        columns=result.columns,
        rows=rows[:SHOWN_ROWS],
        total_rows=total,
        sql=sql,
        sources=result.documents or tuple(dict.fromkeys(t.document_name for t in plan.tables)),
    )


def _graph(plan: Plan, result: QueryResult) -> GraphData | None:
    if plan.shape == "sides":
        points = list(zip(side_names(plan), result.rows[0][:2], strict=True))
    else:
        value = 2 if plan.shape == "share" else -1
        keys = len(plan.keys)
        rows = result.rows[: plan.limit][:DRAWN]
        points = [(", ".join(_key(cell) for cell in row[:keys]), row[value]) for row in rows]
    drawn = [(x, float(y)) for x, y in points if isinstance(y, int | float)]
    if len(drawn) < 2:
        return None
    return GraphData(
        title=title(plan),
        x_label=", ".join(key.label() for key in plan.keys) or plan.sides[0].column.name,
        y_label="percent" if plan.shape == "share" else plan.measure.label(),
        x_coordinates=tuple(x for x, _ in drawn),
        y_coordinates=tuple(y for _, y in drawn),
        kind=plan.chart,
    )
