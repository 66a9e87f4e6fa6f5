"""Data questions that lean on the one before: its plan, changed by what the follow-up says."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from services.assistants.domain.data_question.amounts import Amount
from services.assistants.domain.data_question.carried import Unclear, changed, narrowed
from services.assistants.domain.data_question.conditions import Conditions, find_conditions
from services.assistants.domain.data_question.draft import Draft
from services.assistants.domain.data_question.figures import figure
from services.assistants.domain.data_question.groups import groups, superlative
from services.assistants.domain.data_question.leaning import Leaning, leaning
from services.assistants.domain.data_question.listings import listing, lookup
from services.assistants.domain.data_question.manner import asks_no_data
from services.assistants.domain.data_question.plan import Condition, Key, Plan
from services.assistants.domain.data_question.planner import MOST_GROUPS, plan_question
from services.assistants.domain.data_question.proportions import difference, share
from services.assistants.domain.data_question.reading import Reading
from services.assistants.domain.data_question.roles import find_roles
from services.assistants.domain.data_question.tables import Column, Described
from services.assistants.domain.data_question.understand import GUESSED, understand
from services.assistants.domain.data_question.words import Token, tokens

_WAYS = (share, difference, superlative, groups, figure, listing, lookup)
_OPERATIONS = (
    "sum", "avg", "median", "deviation", "max", "min", "share", "difference", "change", "which", "distinct",
    "best selling", "popular", "rarest", "adjective", "trend", "list", "chart", "schema",
)  # fmt: skip
_OF_EACH = ("avg", "median", "deviation", "min", "max")
_BOUNDS = frozenset(["over", "above", "under", "below", "more", "less", "at", "über", "unter"])
_WHICH = frozenset(["which", "welche", "cuales", "quels", "quelles"])
_CHANGED = ("figure", "groups")
"""Shapes whose measure and keys a follow-up may change."""


def plan_in_turn(
    question: str, before: Plan | None, described: Described, today: dt.date
) -> Plan | None:
    """The plan of a question that was asked after others. before: of the one before it, where it was
    answered from data; a question that stands alone has nothing of it.
    """
    said = leaning(question)
    if before is None:
        return _after_other_talk(question, said, described, today)
    draft = _read(tokens(said.rest), before, described, today)
    if not (said.is_marked or said.points_elsewhere or _is_incomplete(draft)):
        return plan_question(question, described, today)
    if said.says_all and not said.is_of_them and not _is_incomplete(draft):
        return plan_question(said.rest, described, today)
    plan = None if said.points_elsewhere or said.says_all else _followed(before, said, draft)
    if plan is not None or said.is_of_them or said.points_elsewhere or _is_incomplete(draft):
        return plan
    alone = plan_question(question, described, today)
    is_of_another_table = alone is not None and not set(alone.tables) & set(before.tables)
    return alone if is_of_another_table else None


def _after_other_talk(
    question: str, said: Leaning, described: Described, today: dt.date
) -> Plan | None:
    """`by ward?` has lost what it leans on: over all rows it would be another figure."""
    if said.is_of_them or said.points_elsewhere:
        return None
    plan = plan_question(question, described, today)
    if plan is None or plan.shape == "schema":
        return plan
    return None if _is_incomplete(_read(tokens(said.rest), plan, described, today)) else plan


def _read(asked: Sequence[Token], before: Plan, described: Described, today: dt.date) -> Draft:
    """The follow-up's own words, over the table of the question before."""
    reading = understand(asked, before.table, described)
    _prefer_columns_of(before, reading)
    conditions = find_conditions(reading, before.table, today)
    _keep_the_time_column(before, reading, conditions)
    roles = find_roles(reading, before.table, conditions)
    roles.keys = [_of_the_same_time(key, before, reading) for key in roles.keys]
    return Draft(reading=reading, table=before.table, conditions=conditions, roles=roles)


def _is_incomplete(draft: Draft) -> bool:
    """It says neither what is counted nor what is computed: `by month?`, `how many in Oncology?`."""
    reading, roles = draft.reading, draft.roles
    if not reading.tokens or draft.reading.free() or reading.has("rows", *_OPERATIONS):
        return False
    used = [used for _, used in draft.conditions.amounts_of if used is not None]
    measured = [
        c for c in roles.measures if not any(c == m.column for u in used for m in u.meaning)
    ]
    return not measured and not roles.subjects


def _followed(before: Plan, said: Leaning, draft: Draft) -> Plan | None:
    """None where anything of it has no place, or may mean two things."""
    asked = draft.reading.tokens
    if not asked or asks_no_data(asked, draft.reading):
        return None
    bare = _take_bare_amount(before, draft)
    draft.place_amounts()
    if _has_no_place(draft):
        return None
    try:
        plan = _changed_plan(before, said, draft, bare)
    except Unclear:
        return None
    if plan is None or plan == before or _is_endless(plan):
        return None
    notes = dict.fromkeys((*_notes_kept(before, plan), *draft.conditions.notes))
    chart = draft.chart(plan)
    return replace(plan, tables=before.tables, notes=tuple(notes), chart=chart)


def _has_no_place(draft: Draft) -> bool:
    reading = draft.reading
    is_guessed = any(GUESSED in claim.meaning for claim in reading.of("rows"))
    groups_by_nothing = reading.has("by") and not draft.roles.keys
    is_odd = (
        draft.misses_a_negation() or draft.ranks_shares() or reading.has("schema", "difference")
    )
    return bool(reading.free() or draft.lost or is_guessed or groups_by_nothing or is_odd)


def _changed_plan(before: Plan, said: Leaning, draft: Draft, bare: Amount | None) -> Plan | None:
    if bare is not None:
        return replace(before, having=bare)
    is_plain = before.shape not in _CHANGED or before.limit is not None
    if said.is_of_them and (before.keys or before.shape not in ("figure", "rows") or before.limit):
        return None
    if not _says_what(draft):
        return _with_other_rows(before, said, draft)
    if is_plain and not said.is_of_them:
        return None
    return _with_another_measure(before, said, draft)


def _says_what(draft: Draft) -> bool:
    roles = draft.roles
    return draft.reading.has("count", *_OPERATIONS) or bool(roles.measures or roles.subjects)


def _with_other_rows(before: Plan, said: Leaning, draft: Draft) -> Plan | None:
    """`and in 2024?`, `by month?`: the same is computed."""
    found, keys = draft.conditions.found, tuple(draft.roles.keys)
    if draft.having is not None or not (found or keys):
        return None
    if keys and (before.shape not in _CHANGED or before.limit is not None):
        return None
    if any(c.column == side.column for c in found for side in before.sides):
        return None
    of_part = [c for c in found if any(c.column == p.column for p in before.part)]
    rest = [c for c in found if c not in of_part]
    plan = replace(
        before,
        part=changed(before.part, of_part),
        conditions=_carried(before, said, rest, keys or before.keys),
    )
    return plan if not keys else replace(plan, shape="groups", keys=keys, order=_order(plan, keys))


def _with_another_measure(before: Plan, said: Leaning, draft: Draft) -> Plan | None:
    """`and the average cost?`, `which of them were readmitted?`: another thing of the same rows."""
    _measure_as_before(before, draft)
    own = _computed(before, draft)
    if own is None:
        return None
    is_new = own.shape != "figure" or own.keys or said.is_of_them
    keys = own.keys if is_new else before.keys
    conditions = _carried(before, said, own.conditions, (*keys, *_as_keys(own.part)))
    if is_new:
        return replace(own, conditions=conditions)
    return replace(before, measure=own.measure, conditions=conditions, having=None)


def _computed(before: Plan, draft: Draft) -> Plan | None:
    """What the follow-up asks for by itself."""
    if plan := _of_one_column(before, draft):
        return plan
    for way in _WAYS:
        plan = way(draft)
        if plan is not None:
            return _by_the_same(before, draft, plan)
    return draft.plan("rows", limit=draft.limit(None)) if _lists(draft) else None


def _lists(draft: Draft) -> bool:
    """`show them`, `which of them were readmitted?`; who did something is another question."""
    if draft.roles.subjects or draft.roles.measures:
        return False
    asks = {claim.meaning[0] for claim in draft.reading.of("which")}
    says_which = bool(asks) and asks <= _WHICH and bool(draft.conditions.found)
    return says_which or (not asks and draft.reading.has("list"))


def _of_one_column(before: Plan, draft: Draft) -> Plan | None:
    """`and the cost?`: the average of it, after an average."""
    is_plain = not draft.reading.has("count", *_OPERATIONS)
    if not is_plain or len(draft.roles.measures) != 1 or draft.roles.subjects:
        return None
    measure = draft.aggregated(draft.roles.measures[0])
    if before.measure.aggregate in _OF_EACH:
        measure = replace(measure, aggregate=before.measure.aggregate)
    keys = tuple(draft.roles.keys)
    if not keys:
        return draft.plan("figure", measure=measure)
    return draft.plan("groups", measure=measure, keys=keys, order=_order(None, keys))


def _by_the_same(before: Plan, draft: Draft, plan: Plan) -> Plan:
    """`and which ward had the most?` ranks by what was computed before."""
    says_by_what = draft.reading.has("count", "rows") or draft.roles.measures
    is_ranked = plan.shape == "groups" and plan.limit is not None
    if not is_ranked or says_by_what or before.measure.column is None:
        return plan
    return replace(plan, measure=before.measure)


def _measure_as_before(before: Plan, draft: Draft) -> None:
    """`and the median?` is that of the column before."""
    column = before.measure.column
    asks = draft.reading.has("avg", "median", "deviation", "max", "min", "sum")
    if asks and column is not None and column.is_numeric and not _names_another(draft):
        draft.roles.measures.append(column)


def _names_another(draft: Draft) -> bool:
    roles = draft.roles
    return bool(roles.measures or roles.subjects) or draft.reading.has("adjective", "rows", "which")


def _carried(
    before: Plan, said: Leaning, found: Sequence[Condition], keys: Sequence[Key]
) -> tuple[Condition, ...]:
    if said.is_of_them:
        return narrowed(before.conditions, found)
    grouped = {key.column.name for key in keys if not key.bucket}
    kept = [c for c in before.conditions if not (c.column.name in grouped and _is_one_value(c))]
    return changed(kept, found)


def _is_one_value(condition: Condition) -> bool:
    """`in Cardiology` says nothing any more once each ward is counted."""
    return len(condition.values) == 1 and not condition.is_negated


def _as_keys(conditions: Sequence[Condition]) -> tuple[Key, ...]:
    return tuple(Key(column=condition.column) for condition in conditions)


def _order(before: Plan | None, keys: Sequence[Key]) -> Literal["", "ascending", "descending"]:
    """Times as they go, the rest by the figure."""
    if len(keys) != 1 or keys[0].bucket:
        return ""
    return (before.order if before is not None else "") or "descending"


def _take_bare_amount(before: Plan, draft: Draft) -> Amount | None:
    """`only those over 500` is of what was computed: of the groups' figures, or of the measured column."""
    reading = draft.reading
    others = [c for c in reading.claims if c.kind not in ("amount", "filler")]
    if others or len(draft.conditions.amounts_of) != 1:
        return None
    claim, used = draft.conditions.amounts_of[0]
    amount: Amount = claim.meaning
    if (
        used is not None
        or amount.is_money
        or amount.is_percent
        or _names_a_kind(reading, claim.end)
    ):
        return None
    if before.shape == "groups" and before.keys and before.limit is None:
        draft.conditions.amounts_of.clear()
        return amount
    column = _limited_before(before)
    if column is not None:
        draft.conditions.amounts_of.clear()
        limited = Condition(column=column, amount=amount, position=claim.start)
        draft.conditions.found.append(limited)
    return None


def _names_a_kind(reading: Reading, end: int) -> bool:
    """A unit behind it, or `older than`: they say themselves what is meant."""
    words = [token.folded for token in reading.tokens]
    return end < len(words) or words[0] not in _BOUNDS


def _limited_before(before: Plan) -> Column | None:
    column = before.measure.column
    if column is not None and column.is_numeric:
        return column
    limited = [c.column for c in before.conditions if c.amount is not None]
    return limited[0] if len(limited) == 1 else None


def _prefer_columns_of(before: Plan, reading: Reading) -> None:
    """A value that several columns have is one of the column that was spoken of."""
    spoken = {c.column.name for c in (*before.conditions, *before.part, *before.sides)}
    for claim in reading.of("value"):
        best = max(naming.score for naming in claim.meaning)
        fitting = [n for n in claim.meaning if n.column.name in spoken and n.score >= best - 0.001]
        if fitting:
            reading.release(claim)
            reading.claim(claim.start, claim.end, "value", tuple(fitting))


def _time_column(before: Plan) -> Column | None:
    times = [c.column for c in before.conditions if c.periods]
    times += [key.column for key in before.keys if key.bucket]
    return times[0] if times else None


def _names_a_time(reading: Reading) -> bool:
    return any(c.column.is_temporal for claim in reading.of("column") for c in claim.meaning)


def _keep_the_time_column(before: Plan, reading: Reading, conditions: Conditions) -> None:
    """After `shipped in March`, `and in April?` is about shipping too."""
    column = _time_column(before)
    if column is None or _names_a_time(reading):
        return
    conditions.found = [
        replace(c, column=column)
        if c.periods and c.column.is_temporal and column.is_temporal
        else c
        for c in conditions.found
    ]
    conditions.notes = [note for note in conditions.notes if not note.startswith("Time is that")]


def _of_the_same_time(key: Key, before: Plan, reading: Reading) -> Key:
    column = _time_column(before)
    is_other = (
        key.bucket and column is not None and column.is_temporal and not _names_a_time(reading)
    )
    return replace(key, column=column) if is_other and column is not None else key


def _notes_kept(before: Plan, plan: Plan) -> list[str]:
    """Not those on values that are no longer looked for."""
    gone = [
        c for c in (*before.conditions, *before.part) if c not in (*plan.conditions, *plan.part)
    ]
    words = [f"{value}" for c in gone for value in c.values]
    return [note for note in before.notes if not any(word in note for word in words)]


def _is_endless(plan: Plan) -> bool:
    most = max((key.column.distinct for key in plan.keys if not key.bucket), default=0)
    is_shown = plan.shape == "groups" and plan.limit is None and plan.having is None
    return is_shown and most > max(MOST_GROUPS, sum(table.rows for table in plan.tables) / 2)
