"""Plans that show what is stored: rows, the values of a column, what belongs to one thing."""

from services.assistants.domain.data_question.concepts import can_be_added, is_key, is_per_unit
from services.assistants.domain.data_question.draft import Draft
from services.assistants.domain.data_question.plan import Measure, Plan
from services.assistants.domain.data_question.tables import Column

_NO_FIGURES = frozenset(
    ("who", "where", "when", "wer", "wo", "wann", "quien", "donde", "cuando", "qui", "quand")
)


def listing(draft: Draft) -> Plan | None:
    """`list the regions`, `show orders of Acme in March`, `which categories are there`."""
    if not draft.reading.has("list", "which", "distinct", "amount") or draft.roles.measures:
        return None
    if draft.reading.has("sum", "avg", "median", "deviation"):
        return None  # of a column that has no numbers
    subject = draft.roles.subjects[0] if draft.roles.subjects else None
    if subject is not None and not is_key(subject, draft.table.rows):
        return draft.plan("values", columns=tuple(dict.fromkeys(draft.roles.subjects)))
    if _asks_when(draft) and (column := _first_date(draft)) and draft.conditions.found:
        return draft.plan("values", columns=(column,))
    is_rows = subject is not None or draft.reading.has("rows")
    limit = draft.limit(None)
    if not is_rows or not (draft.conditions.found or limit):
        return None
    return draft.plan("rows", limit=limit)


def lookup(draft: Draft) -> Plan | None:
    """`what is the price of X`, `revenue in Germany in 2024`."""
    measures = draft.roles.measures
    asks = {c.meaning[0] for c in draft.reading.of("which")}
    if asks & _NO_FIGURES:
        return None
    if not measures or not (draft.conditions.found or draft.reading.has("which", "list")):
        return None
    column = measures[0]
    if can_be_added(column) and not is_per_unit(column):
        return draft.plan("figure", measure=Measure(aggregate="sum", column=column))
    return draft.plan("spread", columns=(column,)) if draft.conditions.found else None


def _asks_when(draft: Draft) -> bool:
    return any(
        c.meaning[0] in ("when", "wann", "cuando", "quand", "कब") for c in draft.reading.of("which")
    )


def _first_date(draft: Draft) -> Column | None:
    return next((c for c in draft.table.columns if c.is_temporal), None)
