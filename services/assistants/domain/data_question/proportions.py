"""Plans that set figures against each other: shares of a whole, differences, growth."""

from dataclasses import replace

from services.assistants.domain.data_question.draft import Draft
from services.assistants.domain.data_question.plan import Condition, Measure, Plan
from services.assistants.domain.data_question.reading import Claim
from services.assistants.domain.data_question.roles import default_measure
from services.assistants.domain.data_question.values import is_yes_or_no

_VERBS = frozenset(
    (
        *(
            "is",
            "are",
            "was",
            "were",
            "comes",
            "come",
            "came",
            "has",
            "have",
            "had",
            "made",
            "went",
            "goes",
            "go",
        ),
        *(
            "belong",
            "belongs",
            "belonged",
            "sold",
            "ordered",
            "bought",
            "placed",
            "generated",
            "live",
            "lives",
        ),
        *(
            "contributed",
            "accounted",
            "ist",
            "sind",
            "war",
            "waren",
            "stammt",
            "stammen",
            "wurde",
            "wurden",
        ),
        *("es", "son", "fue", "fueron", "est", "sont", "etait"),
    )
)


def share(draft: Draft) -> Plan | None:
    """What part of all rows, or of a sum, meets the conditions behind the verb; or each group's part."""
    if not draft.reading.has("share") or draft.explicit():
        return None
    measure = _whole(draft)
    part = _part(draft, measure)
    whole = tuple(c for c in draft.conditions.found if c not in part)
    if draft.roles.keys:
        return draft.plan(
            "share", measure=measure, keys=tuple(draft.roles.keys[:1]), conditions=whole, part=part
        )
    return draft.plan("share", measure=measure, conditions=whole, part=part) if part else None


def difference(draft: Draft) -> Plan | None:
    """`difference in Y between A and B`, `growth of Y from 2022 to 2023`."""
    is_change = draft.reading.has("change")
    if not is_change and not draft.reading.has("difference"):
        return None
    split = next((c for c in draft.conditions.found if len(_halves(c)) == 2), None)
    measure = draft.measure() or _of_nothing_said(draft)
    if split is None or measure is None:
        return None
    rest = tuple(c for c in draft.conditions.found if c is not split)
    sides = _halves(split)
    return draft.plan("sides", measure=measure, conditions=rest, sides=sides, is_change=is_change)


def _halves(condition: Condition) -> tuple[Condition, ...]:
    """A condition that names two values, two stretches of time, or a span of two years."""
    if len(condition.values) == 2:
        return tuple(replace(condition, values=(value,)) for value in condition.values)
    if len(condition.periods) == 2:
        return tuple(replace(condition, periods=(period,)) for period in condition.periods)
    if len(condition.periods) == 1 and (parts := condition.periods[0].edges):
        return tuple(replace(condition, periods=(part,)) for part in parts)
    return ()


def _whole(draft: Draft) -> Measure:
    if draft.roles.measures:
        return draft.aggregated(draft.roles.measures[0])
    if draft.reading.has("rows") or draft.roles.subjects:
        return draft.counted(draft.roles.subjects[0] if draft.roles.subjects else None)
    total = default_measure(draft.reading, draft.table) if draft.reading.has("sum") else None
    return Measure(aggregate="count") if total is None else draft.aggregated(total)


def _part(draft: Draft, measure: Measure) -> tuple[Condition, ...]:
    found = draft.conditions.found
    lasting = [c for c in found if not c.periods]
    if of_rate := _of_rate(draft):
        return of_rate
    if draft.roles.keys:
        return tuple(lasting) if measure.aggregate == "count" else ()
    verb = _verb(draft)
    behind = [c for c in lasting if verb is not None and c.position > verb.start]
    return tuple(behind or lasting or found)


def _of_rate(draft: Draft) -> tuple[Condition, ...]:
    """`the pass rate in 8B`: what passed, of all in 8B."""
    rate = next((c for c in draft.reading.of("share") if c.meaning == ("rate",)), None)
    if rate is None:
        return ()
    return tuple(
        c for c in draft.conditions.found if c.position < rate.start and is_yes_or_no(c.column)
    )


def _verb(draft: Draft) -> Claim | None:
    """The last verb of the sentence's frame that has something before it."""
    said = [c for c in draft.reading.of("filler") if c.meaning in _VERBS and c.start > 2]
    return said[-1] if said else None


def _of_nothing_said(draft: Draft) -> Measure | None:
    column = default_measure(draft.reading, draft.table)
    return None if column is None else draft.aggregated(column)
