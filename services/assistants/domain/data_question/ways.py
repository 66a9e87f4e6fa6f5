"""The ways from a draft to a plan in their order, and the plans whose answer nobody could read."""

from services.assistants.domain.data_question.figures import figure
from services.assistants.domain.data_question.groups import MANY, groups, superlative
from services.assistants.domain.data_question.listings import listing, lookup
from services.assistants.domain.data_question.plan import Key, Plan
from services.assistants.domain.data_question.proportions import difference, share

WAYS = (share, difference, superlative, groups, figure, listing, lookup)
MOST_GROUPS = 200
"""More are only shown where they are far fewer than the rows."""


def is_endless(plan: Plan) -> bool:
    """Nearly a group for each row, and nothing that says how many of them are wanted."""
    most = max((key.column.distinct for key in plan.keys if not key.bucket), default=0)
    if (
        plan.measure is not None
        and plan.measure.column is not None
        and any(map(_is_figure, plan.keys))
    ):
        return True  # "cost per kWh" is a ratio, and no cost of each consumption
    is_shown = plan.shape in ("groups", "share") and plan.limit is None and plan.having is None
    return is_shown and most > max(MOST_GROUPS, sum(table.rows for table in plan.tables) / 2)


def _is_figure(key: Key) -> bool:
    return key.column.type == "number" and key.column.distinct > MANY
