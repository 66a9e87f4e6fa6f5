"""Which data questions a conversation was about: asked before, and answered from data."""

import re
from collections.abc import Sequence

from services.assistants.domain.conversation import Turn
from services.assistants.domain.data_question.leaning import surely_stands
from services.assistants.domain.data_question.plan import Measure, Plan
from services.assistants.domain.data_question.told import source
from services.assistants.domain.data_question.wording import conditions_said

LONGEST_CHAIN = 12
"""Questions that are read again."""
_FROM_DATA = re.compile(r"\(From .+\)\s*$")
_WHERE = re.compile(r"(?<!,) where ")


def asked_of_data(turns: Sequence[Turn]) -> tuple[tuple[str, str], ...]:
    """The questions that the last one may lean on with their answers, oldest first: data answered all.

    None before one that surely stands alone; nothing for such a one.
    """
    if surely_stands(turns[-1].content):
        return ()
    talk = [turn for turn in turns[:-1] if turn.role in ("user", "assistant")]
    found: list[tuple[str, str]] = []
    while len(talk) >= 2 and len(found) < LONGEST_CHAIN:
        answer, question = talk.pop(), talk.pop()
        if (question.role, answer.role) != ("user", "assistant"):
            break
        if not _FROM_DATA.search(answer.content):
            break
        found.insert(0, (question.content, answer.content))
        if surely_stands(question.content):
            break
    return tuple(found)


def was_told(plan: Plan, answer: str) -> bool:
    """Whether that answer is one to this plan: the same figure of the same tables and conditions."""
    if not answer.rstrip().endswith(source(plan)) or not _names_the_figure(plan, answer):
        return False
    where = conditions_said(plan.conditions)
    if not where:
        return _WHERE.search(answer) is None
    _, found, behind = answer.partition(where)
    return bool(found) and not behind.startswith(" and ")


def _names_the_figure(plan: Plan, answer: str) -> bool:
    if plan.shape not in ("figure", "groups"):
        return True
    said = answer.casefold()
    label = plan.measure.label().removeprefix("highest ").removeprefix("lowest ").casefold()
    is_of_rows = plan.measure == Measure(aggregate="count") and not plan.keys
    keys = () if plan.limit == 1 else plan.keys
    names_keys = all(key.label().casefold() in said for key in keys)
    return names_keys and (label in said or (is_of_rows and said.startswith("there are ")))
