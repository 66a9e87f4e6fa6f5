"""A follow-up's own words, read over the table of the question before."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from services.assistants.domain.data_question.amounts import Amount
from services.assistants.domain.data_question.calendar_words import CODES
from services.assistants.domain.data_question.conditions import Conditions, find_conditions
from services.assistants.domain.data_question.draft import Draft
from services.assistants.domain.data_question.plan import Condition, Key, Plan
from services.assistants.domain.data_question.reading import Reading
from services.assistants.domain.data_question.roles import find_roles
from services.assistants.domain.data_question.tables import Column, Described
from services.assistants.domain.data_question.understand import understand
from services.assistants.domain.data_question.words import Token

OPERATIONS = (
    "sum", "avg", "median", "deviation", "max", "min", "share", "difference", "change", "which", "distinct",
    "best selling", "popular", "rarest", "adjective", "trend", "list", "chart", "schema",
)  # fmt: skip
"""Kinds of claims that say what is to be computed; `how many` alone does not say of what."""
_BOUNDS = frozenset(["over", "above", "under", "below", "more", "less", "at", "über", "unter"])
_COMPARING = frozenset(["vs", "versus", "compared", "than", "gegenüber", "gegenuber", "verglichen"])
_BEFORE_THAT = frozenset(["previous", "prior", "preceding"])
_OPEN_ENDED = frozenset("SABUF")
"""Codes of `since`, `after`, `before`, `until`, `from`."""


def read_over(asked: Sequence[Token], before: Plan, described: Described, today: dt.date) -> Draft:
    """The follow-up's own words, over the table of the question before."""
    reading = understand(asked, before.table, described)
    _prefer_columns_of(before, reading)
    conditions = find_conditions(reading, before.table, today)
    _keep_the_time_column(before, reading, conditions)
    roles = find_roles(reading, before.table, conditions)
    roles.keys = [_of_the_same_time(key, before, reading) for key in roles.keys]
    return Draft(reading=reading, table=before.table, conditions=conditions, roles=roles)


def take_bare_amount(before: Plan, draft: Draft) -> Amount | None:
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


def is_incomplete(draft: Draft) -> bool:
    """It says neither what is counted nor what is computed: `by month?`, `how many in Oncology?`."""
    reading, roles = draft.reading, draft.roles
    if not reading.tokens or draft.reading.free() or reading.has("rows", *OPERATIONS):
        return False
    counted = {claim.end for claim in reading.of("count")}
    if any(claim.start in counted for claim in reading.of("column")):
        return False  # "how many readmissions", of a column that says yes or no
    used = [used for _, used in draft.conditions.amounts_of if used is not None]
    measured = [
        c for c in roles.measures if not any(c == m.column for u in used for m in u.meaning)
    ]
    return not measured and not roles.subjects


def compares(reading: Reading) -> bool:
    """`Oncology vs Surgery?`: two figures, which no change of one makes."""
    return any(claim.meaning[0] in _COMPARING for claim in reading.of("and"))


def has_an_unclear_time(reading: Reading) -> bool:
    """`the previous year` may count from now or from the one before; `since March` has no year."""
    for claim in reading.of("when"):
        words = [token.folded for token in reading.tokens[claim.start : claim.end]]
        is_open = CODES.get(words[0]) in _OPEN_ENDED and len(claim.meaning.months) == 1
        if is_open or _BEFORE_THAT & set(words):
            return True
    return False
