"""The plan of a question, changed by what a follow-up to it says."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from services.assistants.domain.data_question.amounts import Amount
from services.assistants.domain.data_question.carried import changed, narrowed
from services.assistants.domain.data_question.draft import Draft
from services.assistants.domain.data_question.leaning import Leaning
from services.assistants.domain.data_question.plan import Condition, Key, Plan
from services.assistants.domain.data_question.read_again import OPERATIONS
from services.assistants.domain.data_question.ways import WAYS

_OF_EACH = ("avg", "median", "deviation", "min", "max")
_WHICH = frozenset(["which", "welche", "cuales", "quels", "quelles"])
_CHANGED = ("figure", "groups")
"""Shapes whose measure and keys a follow-up may change."""


def changed_plan(before: Plan, said: Leaning, draft: Draft, bare: Amount | None) -> Plan | None:
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
    return draft.reading.has("count", *OPERATIONS) or bool(roles.measures or roles.subjects)


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
    if own is None or _misses_what_was_said(draft, own):
        return None
    is_new = own.shape != "figure" or own.keys or said.is_of_them
    keys = own.keys if is_new else before.keys
    told_apart = own.measure.column if own.measure.aggregate == "distinct" else None
    others = () if told_apart is None else (Key(column=told_apart),)
    conditions = _carried(before, said, own.conditions, (*keys, *others, *_as_keys(own.part)))
    if is_new:
        return replace(own, conditions=conditions)
    return replace(before, measure=own.measure, conditions=conditions, having=None)


def _misses_what_was_said(draft: Draft, own: Plan) -> bool:
    """`and per day on average?` is no count of each day."""
    said = draft.explicit()
    return said is not None and own.measure.aggregate not in (said, "ratio")


def _computed(before: Plan, draft: Draft) -> Plan | None:
    """What the follow-up asks for by itself."""
    if plan := _of_one_column(before, draft):
        return plan
    for way in WAYS:
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
    is_plain = not draft.reading.has("count", *OPERATIONS)
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
