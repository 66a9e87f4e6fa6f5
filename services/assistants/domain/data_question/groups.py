"""Plans that group: a figure for each value of a column, the top of them, the row with the highest value."""

from services.assistants.domain.data_question.concepts import (
    can_be_added,
    column_concepts,
    is_identifier,
    is_key,
    is_per_unit,
)
from services.assistants.domain.data_question.draft import Draft
from services.assistants.domain.data_question.plan import Aggregate, Key, Measure, Plan
from services.assistants.domain.data_question.roles import (
    default_measure,
    label_column,
    of_concept,
    person_column,
)
from services.assistants.domain.data_question.tables import Column

_SUPERLATIVES = ("max", "min", "best selling", "popular", "rarest", "adjective")
MANY = 50
"""A column with more values than this is no small set of groups."""
_SHOWN_COLUMNS = 8


def superlative(draft: Draft) -> Plan | None:
    """`which X has the most Y`, `top 5 X by Y`, `the oldest X`, `the highest Y`."""
    if not draft.reading.has(*_SUPERLATIVES):
        return None
    _measure_what_it_is_ranked_by(draft)
    column = _ranked(draft)
    subject = None if column is not None and _is_of_all(draft) else _asked_for(draft)
    if draft.reading.has("popular", "rarest"):
        return None if subject is None else _ranking(draft, subject, Measure(aggregate="count"))
    if subject is None:
        return _highest(draft, column)
    if column is None:
        is_there_once = _is_of_rows(draft, subject)
        return None if is_there_once else _ranking(draft, subject, _counted(draft, subject))
    if _is_of_rows(draft, subject):
        return _highest_rows(draft, column, subject.column)
    return _ranking(draft, subject, _of_each(draft, column))


def _is_of_all(draft: Draft) -> bool:
    """`the lowest balance of savings accounts`: one figure, whatever has it."""
    claims = draft.roles.subject_claims
    asks = draft.reading.of("which")
    is_one = all(c.end - c.start == 2 for c in asks) and not draft.reading.has(
        "by", "limit", "list"
    )
    measured = [
        c for c in draft.reading.of("column") if c.meaning[0].column in draft.roles.measures
    ]
    follows = bool(claims and measured) and claims[0].start > measured[0].end
    is_whose = follows and draft.reading.tokens[measured[0].end].folded in ("of", "for", "in")
    return bool(asks) and is_one and is_whose and not draft.roles.keys and not draft.explicit()


def _is_of_rows(draft: Draft, subject: Key) -> bool:
    return is_key(subject.column, draft.table.rows) and not subject.bucket


def groups(draft: Draft) -> Plan | None:
    """`Y by X`."""
    compared = _compared(draft)
    keys = _telling(draft, tuple(draft.roles.keys)) or compared
    if not keys:
        return _asked_by_having(draft)
    measure = draft.measure() or _unsaid(draft)
    if ratio := _ratio(draft, keys[0]):
        return ratio
    numeric = [key for key in keys if can_be_added(key.column) and not key.bucket]
    # "visits by age" counts the visits of each age: what every row has its own of is no group.
    subjects = [c for c in draft.roles.subjects if not is_key(c, draft.table.rows)]
    if numeric and len(keys) == 1 and subjects:
        return _ranking(draft, Key(column=subjects[0]), draft.aggregated(numeric[0].column))
    is_course = any(key.bucket for key in keys)
    is_ordered = draft.reading.has("descending", "ascending")
    order = draft.direction() if is_ordered or (len(keys) == 1 and not is_course) else ""
    return draft.plan("groups", measure=measure, keys=keys, order=order, having=draft.having)


def _telling(draft: Draft, keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """In `average quantity per order by category` each row is an order: the category groups."""
    others = tuple(
        key
        for key in keys
        if not (
            _is_of_rows(draft, key) and (is_identifier(key.column) or key.column.type == "text")
        )
    )
    return others if others and draft.explicit() else keys


def _measure_what_it_is_ranked_by(draft: Draft) -> None:
    """In `top 5 products by revenue` the word "by" names the measure."""
    for key in list(draft.roles.keys):
        if can_be_added(key.column) and not key.bucket and draft.roles.subjects:
            draft.roles.keys.remove(key)
            draft.roles.measures.insert(0, key.column)


def _ranked(draft: Draft) -> Column | None:
    if draft.roles.measures:
        return draft.roles.measures[0]
    for claim in draft.reading.of("adjective"):
        fits = of_concept(draft.table, claim.meaning[0], lambda c: c.is_numeric or c.is_temporal)
        if fits is not None:
            return fits
    if draft.reading.has("best selling"):
        sold = of_concept(draft.table, "quantity", can_be_added)
        return sold or default_measure(draft.reading, draft.table)
    names_a_day = any(c.meaning[0].column.is_temporal for c in draft.reading.of("column"))
    if names_a_day or _ranks_buckets(draft):
        return None  # "the most admissions": what a day is called after is counted
    if draft.reading.has("sum") or (
        len(draft.roles.subjects) < 2 and not draft.reading.has("rows", "count")
    ):
        return default_measure(draft.reading, draft.table)
    return None


def _ranks_buckets(draft: Draft) -> bool:
    """`which month had the most tickets`, of a column Ticket ID."""
    subjects = draft.roles.subjects
    are_rows = bool(subjects) and all(is_key(column, draft.table.rows) for column in subjects)
    return are_rows and any(key.bucket for key in draft.roles.keys)


def _asked_for(draft: Draft) -> Key | None:
    asked = [
        k
        for k, c in zip(draft.roles.keys, draft.roles.key_claims, strict=False)
        if _is_which(draft, c.start)
    ]
    are_rows = all(is_key(column, draft.table.rows) for column in draft.roles.subjects)
    if asked and are_rows:  # "which month had the most tickets", of a column Ticket ID
        return asked[0]
    if draft.roles.subjects:
        found = [c for c in draft.roles.subjects if not c.is_temporal]
        if draft.reading.has("popular", "rarest"):  # of a key each value is there once
            found = [c for c in found if not is_key(c, draft.table.rows)]
        return Key(column=found[0]) if found else None
    is_row = draft.reading.has("rows") or _asks_who(draft)
    label = person_column(draft.reading, draft.table) if _asks_who(draft) else None
    label = label or label_column(draft.table)
    return Key(column=label) if is_row and label is not None and not draft.roles.keys else None


def _asks_who(draft: Draft) -> bool:
    return any(
        c.meaning[0] in ("who", "wer", "quien", "qui", "किसने") for c in draft.reading.of("which")
    )


def _is_which(draft: Draft, start: int) -> bool:
    near = draft.reading.before(start, within=3)
    return bool(near) and near[0].kind in (
        "which",
        "max",
        "min",
        "popular",
        "rarest",
        "filler",
        "limit",
    )


def _highest(draft: Draft, column: Column | None) -> Plan | None:
    """One figure, or one for each key."""
    if column is None:
        return None
    aggregate: Aggregate = "min" if draft.direction() == "ascending" else "max"
    if draft.explicit() and draft.roles.keys:
        return _ranking(draft, draft.roles.keys[0], draft.aggregated(column))
    measure = Measure(aggregate=aggregate, column=column)
    if draft.roles.keys:
        return draft.plan("groups", measure=measure, keys=tuple(draft.roles.keys))
    limit = draft.limit(1)
    if limit != 1:
        return _highest_rows(draft, column, None)
    return draft.plan("figure", measure=measure)


def _highest_rows(draft: Draft, column: Column, subject: Column | None) -> Plan:
    first = subject or label_column(draft.table)
    names = dict.fromkeys(c for c in (first, column, *draft.table.columns) if c is not None)
    return draft.plan(
        "rows",
        order=draft.direction(),
        order_by=column,
        limit=draft.limit(1),
        columns=tuple(names)[:_SHOWN_COLUMNS],
    )


def _ranking(draft: Draft, key: Key, measure: Measure) -> Plan:
    plural = any(claim.meaning[0] == "top" for claim in draft.reading.of("max")) and _is_plural(
        draft
    )
    limit = draft.limit(10 if plural else 1)
    keys = (key, *(other for other in draft.roles.keys if other != key))
    if not draft.reading.has(*_SUPERLATIVES):
        limit = None
    return draft.plan(
        "groups",
        measure=measure,
        keys=keys[:1],
        order=draft.direction(),
        limit=limit,
        having=draft.having,
    )


def _is_plural(draft: Draft) -> bool:
    claims = draft.roles.subject_claims
    return bool(claims) and draft.reading.tokens[claims[0].end - 1].folded.endswith("s")


def _counted(draft: Draft, subject: Key) -> Measure:
    others = [c for c in draft.roles.subjects if c != subject.column]
    return draft.counted(others[0] if others else None)


def _of_each(draft: Draft, column: Column) -> Measure:
    """Sums compare groups, and means of what cannot be added; of prices and pay the highest counts."""
    is_said = draft.explicit() or draft.reading.has("sum")
    is_price = is_per_unit(column) and column_concepts(column) & {"price", "salary"}
    if column.is_temporal or (is_price and not is_said):
        aggregate: Aggregate = "min" if draft.direction() == "ascending" else "max"
        return Measure(aggregate=aggregate, column=column)
    return draft.aggregated(column)


def _unsaid(draft: Draft) -> Measure:
    subjects = draft.roles.subjects
    return draft.counted(subjects[0] if subjects else None)


def _compared(draft: Draft) -> tuple[Key, ...]:
    """`compare A and B` groups by the column that they are values of."""
    wants = any(c.meaning[0][:6] in ("compar", "vergle") for c in draft.reading.of("list"))
    if not wants and not any(c.meaning[0] in ("vs", "versus") for c in draft.reading.of("and")):
        return ()
    several = [c for c in draft.conditions.found if len(c.values) > 1 or len(c.periods) > 1]
    return tuple(Key(column=c.column, bucket=_bucket(c.column)) for c in several[:1])


def _bucket(column: Column) -> str:
    return "year" if column.is_temporal else ""


def _asked_by_having(draft: Draft) -> Plan | None:
    """`which customers have more than 5 orders`, and how many they are."""
    if draft.having is None or not draft.roles.subjects or draft.having_measure is None:
        return None
    is_count = draft.reading.has("count")
    return draft.plan(
        "counted_groups" if is_count else "groups",
        measure=draft.having_measure,
        keys=(Key(column=draft.roles.subjects[0]),),
        order="" if is_count else "descending",
        having=draft.having,
    )


def _ratio(draft: Draft, key: Key) -> Plan | None:
    """`average number of orders per customer` is one figure: all orders by all customers."""
    column = draft.roles.measures[0] if draft.roles.measures else None
    explicit = draft.explicit()
    if explicit == "median" and is_identifier(key.column) and column is not None:
        is_each = is_key(key.column, draft.table.rows)
        measure = Measure(aggregate=explicit, column=column)
        return draft.plan("figure", measure=measure) if is_each else None
    if not draft.reading.has("avg") or key.bucket or can_be_added(key.column):
        return None
    counts = draft.reading.has("count")
    if is_key(key.column, draft.table.rows) and column is not None:
        return draft.plan("figure", measure=Measure(aggregate="avg", column=column))
    is_many = key.column.distinct > MANY and column is not None and not is_per_unit(column)
    if not counts and not is_many:
        return None
    per = Measure(
        aggregate="ratio", column=None if counts and column is None else column, per=key.column
    )
    return draft.plan("figure", measure=per)
