"""Plans for one figure."""

from services.assistants.domain.data_question.draft import Draft
from services.assistants.domain.data_question.plan import Plan


def figure(draft: Draft) -> Plan | None:
    """`how many`, `total`, `average`, `median`."""
    if not draft.reading.has("count", "sum", "avg", "median", "deviation"):
        return None
    if draft.reading.has("list") and not draft.reading.has("avg", "median", "count", "sum"):
        return None
    measure = draft.measure()
    return None if measure is None else draft.plan("figure", measure=measure)
