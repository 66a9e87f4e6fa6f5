"""A plan as DuckDB's SQL: names quoted, values escaped, nothing of the question in it but those."""

from collections.abc import Iterable, Sequence

from services.assistants.domain.data_question.amounts import Amount
from services.assistants.domain.data_question.periods import Period
from services.assistants.domain.data_question.plan import Condition, Key, Measure, Plan
from services.assistants.domain.data_question.tables import Column, Table
from services.assistants.domain.data_question.wording import side_names

_DECIMALS = 6
"""What floats add behind these is no part of the sum."""
_TIES = 20
"""Rows beyond the limit that show who shares the last place."""


def sql(plan: Plan) -> str:
    """One SELECT."""
    source = f"{_from(plan.tables)}{_where(plan.conditions)}"
    match plan.shape:
        case "figure":
            rows = (
                f", count(*) AS {_name('rows')}" if plan.measure.column or plan.measure.per else ""
            )
            return f"SELECT {_measured(plan.measure)}{rows} FROM {source}"
        case "groups":
            return _groups(plan, source)
        case "counted_groups":
            inner = _groups(plan, source)
            return f"SELECT count(*) AS {_name(_counted(plan.keys[0]))} FROM ({inner})"
        case "values":
            return (
                f"SELECT DISTINCT {_listed(plan.columns)} FROM {source} ORDER BY ALL{_limit(plan)}"
            )
        case "rows":
            columns = _listed(plan.columns) if plan.columns else "*"
            return f"SELECT {columns} FROM {source}{_row_order(plan)}{_limit(plan)}"
        case "spread":
            return _spread(plan.columns[0], source)
        case "share":
            return _share(plan, source)
        case "sides":
            return _sides(plan, source)
    raise ValueError(plan.shape)


def _groups(plan: Plan, source: str) -> str:
    keys = ", ".join(f"{_key(key)} AS {_name(key.label())}" for key in plan.keys)
    numbers = ", ".join(str(n) for n in range(1, len(plan.keys) + 1))
    measure = len(plan.keys) + 1
    direction = {"ascending": "ASC", "descending": "DESC"}.get(plan.order)
    order = f"{measure} {direction} NULLS LAST, {numbers}" if direction else numbers
    having = f" HAVING {_within(_measure(plan.measure), plan.having)}" if plan.having else ""
    return (
        f"SELECT {keys}, {_measured(plan.measure)} FROM {source} GROUP BY {numbers}{having}"
        f" ORDER BY {order}{_limit(plan, more=_TIES)}"
    )


def _counted(key: Key) -> str:
    return f"number of different {key.label()} values"


def _spread(column: Column, source: str) -> str:
    name = _name(column.name)
    lowest, highest, average = (
        _name(f"{word} {column.name}") for word in ("lowest", "highest", "average")
    )
    mean = f", favg({name}) AS {average}" if column.is_numeric else ""
    return (
        f"SELECT min({name}) AS {lowest}, max({name}) AS {highest}{mean}, count({name}) AS {_name('rows')}"
        f" FROM {source}"
    )


def _share(plan: Plan, source: str) -> str:
    whole = _measure(plan.measure)
    label = _name(plan.measure.label())
    if plan.keys:
        key = plan.keys[0]
        numerator = _measure(plan.measure, _all(plan.part)) if plan.part else whole
        total = whole if plan.part else f"sum({whole}) OVER ()"
        return (
            f"SELECT {_key(key)} AS {_name(key.label())}, {numerator} AS {label},"
            f" 100.0 * {numerator} / nullif({total}, 0) AS {_name('percent')} FROM {source} GROUP BY 1"
            f" ORDER BY {'1' if key.bucket else '3 DESC NULLS LAST, 1'}{_limit(plan)}"
        )
    part = _measure(plan.measure, _all(plan.part))
    return (
        f"SELECT 100.0 * coalesce({part}, 0) / nullif({whole}, 0) AS {_name('percent')},"
        f" coalesce({part}, 0) AS {_name(plan.measure.label() + ' there')}, {whole} AS {label} FROM {source}"
    )


def _sides(plan: Plan, source: str) -> str:
    one, other = (_measure(plan.measure, _condition(side)) for side in plan.sides)
    if plan.measure.aggregate in ("sum", "count"):
        one, other = f"coalesce({one}, 0)", f"coalesce({other}, 0)"
    change = (
        f", 100.0 * ({other} - {one}) / nullif({one}, 0) AS {_name('change in percent')}"
        if plan.is_change
        else ""
    )
    names = [_name(said) for said in side_names(plan)]
    gap = f"{other} - {one}" if plan.is_change else f"{one} - {other}"
    return (
        f"SELECT {one} AS {names[0]}, {other} AS {names[1]},"
        f" round({gap}, {_DECIMALS}) AS {_name('difference')}{change} FROM {source}"
    )


def _measured(measure: Measure) -> str:
    return f"{_measure(measure)} AS {_name(measure.label())}"


def _measure(measure: Measure, where: str = "") -> str:
    """Over the rows of each group, or over those of them that meet a condition."""
    only = f" FILTER (WHERE {where})" if where else ""
    if measure.aggregate == "ratio":
        assert measure.per is not None
        different = f"count(DISTINCT {_name(measure.per.name)}){only}"
        return f"{_total(measure.column, only)} / nullif({different}, 0)"
    if measure.column is None:
        return f"count(*){only}"
    name = _name(measure.column.name)
    match measure.aggregate:
        case "count":
            return f"count({name}){only}"
        case "distinct":
            return f"count(DISTINCT {name}){only}"
        case "sum":
            return _total(measure.column, only)
        case "avg":
            return f"favg({name}){only}"
        case "deviation":
            return f"stddev_samp({name}){only}"
    return f"{measure.aggregate}({name}){only}"


def _total(column: Column | None, only: str) -> str:
    """fsum adds what was added up wrong back on: floats come out as if added exactly."""
    if column is None:
        return f"count(*){only}"
    name = _name(column.name)
    if column.type == "integer":
        return f"sum({name}){only}"
    total = f"fsum({name}){only}"
    return f"round({total}, {_DECIMALS})" if _is_large(column) else total


def _is_large(column: Column) -> bool:
    """Its values do not vanish when sums lose what is smaller than a millionth."""
    try:
        return max(abs(float(column.max)), abs(float(column.min))) >= 0.01
    except ValueError:
        return False


def _key(key: Key) -> str:
    name = _name(key.column.name)
    match key.bucket:
        case "":
            return name
        case "year":
            return f"year({name})"
        case "quarter":
            return f"year({name}) || '-Q' || quarter({name})"
        case "month":
            return f"strftime({name}, '%Y-%m')"
        case "week":
            return f"strftime({name}, '%G-W%V')"
        case "day":
            return f"strftime({name}, '%Y-%m-%d')"
        case "hour":
            return f"hour({name})"
    return f"isodow({name}) || ' ' || dayname({name})"


def _from(tables: Sequence[Table]) -> str:
    if len(tables) == 1:
        return _name(tables[0].name)
    parts = " UNION ALL BY NAME ".join(f"SELECT * FROM {_name(table.name)}" for table in tables)
    return f"({parts})"


def _where(conditions: Sequence[Condition]) -> str:
    return f" WHERE {_all(conditions)}" if conditions else ""


def _all(conditions: Iterable[Condition]) -> str:
    return " AND ".join(_condition(condition) for condition in conditions)


def _condition(condition: Condition) -> str:
    name = _name(condition.column.name)
    if condition.is_empty:
        return f"{name} IS {'NOT ' if condition.is_negated else ''}NULL"
    positive = _positive(condition, name)
    return f"NOT coalesce({positive}, false)" if condition.is_negated else positive


def _positive(condition: Condition, name: str) -> str:
    if condition.truth is not None:
        return name if condition.truth else f"NOT {name}"
    if condition.amount is not None:
        return _within(name, condition.amount)
    if condition.periods:
        times = " OR ".join(_during(condition.column, period) for period in condition.periods)
        return f"({times})" if len(condition.periods) > 1 else times
    values = ", ".join(_text(value) for value in condition.values)
    return f"{name} = {values}" if len(condition.values) == 1 else f"{name} IN ({values})"


def _within(name: str, amount: Amount) -> str:
    if amount.side == "between":
        return f"{name} BETWEEN {_number(amount.low)} AND {_number(amount.high or 0.0)}"
    return f"{name} {amount.side} {_number(amount.low)}"


def _during(column: Column, period: Period) -> str:
    name = _name(column.name)
    if not column.is_temporal:
        return _during_years(name, period)
    if period.months:
        return f"month({name}) IN ({', '.join(map(str, period.months))})"
    if period.weekdays:
        return f"isodow({name}) IN ({', '.join(map(str, period.weekdays))})"
    bounds = []
    if period.start:
        bounds.append(f"{name} >= DATE '{period.start.isoformat()}'")
    if period.end:
        bounds.append(f"{name} < DATE '{period.end.isoformat()}'")
    return f"({' AND '.join(bounds)})"


def _during_years(name: str, period: Period) -> str:
    bounds = []
    if period.start:
        bounds.append(f"{name} >= {period.start.year}")
    if period.end:
        bounds.append(f"{name} < {period.end.year}")
    return f"({' AND '.join(bounds)})"


def _row_order(plan: Plan) -> str:
    if plan.order_by is None:
        return ""
    direction = "DESC" if plan.order == "descending" else "ASC"
    ties = f", {_name(plan.columns[0].name)}" if plan.columns else ""
    return f" ORDER BY {_name(plan.order_by.name)} {direction} NULLS LAST{ties}"


def _limit(plan: Plan, *, more: int = 0) -> str:
    return f" LIMIT {plan.limit + more}" if plan.limit else ""


def _listed(columns: Iterable[Column]) -> str:
    return ", ".join(_name(column.name) for column in columns)


def _name(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _text(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
