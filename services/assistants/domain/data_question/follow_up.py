"""Data questions that lean on the one before: its plan, changed by what the follow-up says."""

import datetime as dt
from dataclasses import replace

from services.assistants.domain.data_question.carried import Unclear
from services.assistants.domain.data_question.changed_plan import changed_plan
from services.assistants.domain.data_question.draft import Draft
from services.assistants.domain.data_question.leaning import Leaning, leaning
from services.assistants.domain.data_question.manner import asks_no_data
from services.assistants.domain.data_question.plan import Plan
from services.assistants.domain.data_question.planner import plan_question
from services.assistants.domain.data_question.read_again import (
    compares,
    has_an_unclear_time,
    is_incomplete,
    read_over,
    take_bare_amount,
)
from services.assistants.domain.data_question.tables import Described
from services.assistants.domain.data_question.understand import GUESSED
from services.assistants.domain.data_question.ways import is_endless
from services.assistants.domain.data_question.words import tokens

_ALL = frozenset(["all", "alle", "allen", "todos", "todas", "tous", "toutes"])
"""`for all years` may be one figure, or one for each."""


def plan_in_turn(
    question: str, before: Plan | None, described: Described, today: dt.date
) -> Plan | None:
    """The plan of a question that was asked after others. before: of the one before it, where it was
    answered from data; a question that stands alone has nothing of it.
    """
    said = leaning(question)
    if before is None:
        return _after_other_talk(question, said, described, today)
    draft = read_over(tokens(said.rest), before, described, today)
    if chart := _another_chart(before, draft):
        return replace(before, chart=chart)
    if not (said.is_marked or said.points_elsewhere or is_incomplete(draft)):
        return plan_question(question, described, today)
    if said.says_all and not said.is_of_them and not is_incomplete(draft):
        return plan_question(said.rest, described, today)
    plan = None if said.points_elsewhere or said.says_all else _followed(before, said, draft)
    if plan is not None or said.is_of_them or said.points_elsewhere or is_incomplete(draft):
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
    return None if is_incomplete(read_over(tokens(said.rest), plan, described, today)) else plan


def _followed(before: Plan, said: Leaning, draft: Draft) -> Plan | None:
    """None where anything of it has no place, or may mean two things."""
    asked = draft.reading.tokens
    if not asked or asks_no_data(asked, draft.reading):
        return None
    bare = take_bare_amount(before, draft)
    draft.place_amounts()
    if _has_no_place(draft):
        return None
    try:
        plan = changed_plan(before, said, draft, bare)
    except Unclear:
        return None
    if plan is None or plan == before or is_endless(plan):
        return None
    notes = dict.fromkeys((*_notes_kept(before, plan), *draft.conditions.notes))
    chart = draft.chart(plan)
    return replace(plan, tables=before.tables, notes=tuple(notes), chart=chart)


def _another_chart(before: Plan, draft: Draft) -> str:
    """`as a pie chart`; "" where more is said, or nothing can be drawn."""
    is_all = all(c.kind in ("chart", "list", "filler") for c in draft.reading.claims)
    says_chart = draft.reading.has("chart") and is_all and not draft.reading.free()
    return draft.chart(before) if says_chart else ""


def _has_no_place(draft: Draft) -> bool:
    reading = draft.reading
    is_guessed = any(GUESSED in claim.meaning for claim in reading.of("rows"))
    groups_by_nothing = reading.has("by") and not draft.roles.keys
    is_odd = (
        draft.misses_a_negation()
        or draft.ranks_shares()
        or reading.has("schema", "difference")
        or any(token.folded in _ALL for token in reading.tokens)
        or compares(reading)
        or has_an_unclear_time(reading)
    )
    return bool(reading.free() or draft.lost or is_guessed or groups_by_nothing or is_odd)


def _notes_kept(before: Plan, plan: Plan) -> list[str]:
    """Not those on values that are no longer looked for."""
    gone = [
        c for c in (*before.conditions, *before.part) if c not in (*plan.conditions, *plan.part)
    ]
    words = [f"{value}" for c in gone for value in c.values]
    return [note for note in before.notes if not any(word in note for word in words)]
