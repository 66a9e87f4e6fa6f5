"""From a question to a plan, or to None where it is no question about the tables."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.assistants.domain.data_question.concepts import concepts, core_words, is_identifier
from services.assistants.domain.data_question.conditions import find_conditions
from services.assistants.domain.data_question.draft import Draft
from services.assistants.domain.data_question.manner import asks_no_data
from services.assistants.domain.data_question.plan import Plan
from services.assistants.domain.data_question.proportions import difference
from services.assistants.domain.data_question.reading import Claim, Reading
from services.assistants.domain.data_question.roles import find_roles
from services.assistants.domain.data_question.tables import Described, Table
from services.assistants.domain.data_question.understand import DATED, GUESSED, understand
from services.assistants.domain.data_question.values import PART
from services.assistants.domain.data_question.vocabulary import FILLERS
from services.assistants.domain.data_question.ways import WAYS, is_endless
from services.assistants.domain.data_question.words import Token, tokens

LONGEST_QUESTION = 60
"""Tokens; what is longer is no simple question."""
_ASKS = (
    "count", "sum", "avg", "median", "deviation", "max", "min", "by", "which", "share", "difference", "change",
    "list", "chart", "trend", "best selling", "popular", "rarest", "adjective", "amount",
)  # fmt: skip
_FIGURES = frozenset(("revenue", "cost", "profit", "salary", "price", "tax", "discount"))
"""A figure that is asked for is not left out."""


@dataclass(frozen=True, slots=True)
class _Proposal:
    plan: Plan
    score: float


def plan_question(question: str, described: Described, today: dt.date) -> Plan | None:
    """The plan that fits the question best; of equals the first table's."""
    asked = tokens(question)
    if not asked or len(asked) > LONGEST_QUESTION:
        return None
    proposals = [
        proposal
        for family in _families(described.tables)
        if (proposal := _proposal(asked, family, described, today)) is not None
    ]
    best = max(proposals, key=lambda proposal: proposal.score, default=None)
    return None if best is None else best.plan


def _families(tables: Sequence[Table]) -> list[tuple[Table, ...]]:
    """Each table, and before them those with the same columns as one."""
    alike: dict[tuple[tuple[str, str], ...], list[Table]] = {}
    for table in tables:
        columns = tuple((column.name, column.type) for column in table.columns)
        alike.setdefault(columns, []).append(table)
    several = [tuple(same) for same in alike.values() if len(same) > 1]
    return [*several, *((table,) for table in tables)]


def _proposal(
    asked: Sequence[Token], family: tuple[Table, ...], described: Described, today: dt.date
) -> _Proposal | None:
    table = family[0]
    reading = understand(asked, table, described)
    if asks_no_data(asked, reading):
        return None
    conditions = find_conditions(reading, table, today)
    roles = find_roles(reading, table, conditions)
    draft = Draft(reading=reading, table=table, conditions=conditions, roles=roles)
    draft.place_amounts()
    score = _trust(draft)
    is_broken = draft.misses_a_negation() or draft.ranks_shares() or _has_no_sides(draft)
    if score is None or draft.lost or is_broken or _narrows_rows(reading):
        return None
    if reading.has("schema"):
        return _Proposal(Plan(shape="schema", tables=described.tables), score)
    for way in WAYS:
        plan = way(draft)
        if plan is not None and is_endless(plan):
            return None
        if plan is not None:
            notes = (*plan.notes, *conditions.notes, *_unused(reading))
            kind = draft.chart(plan)
            return _Proposal(replace(plan, tables=family, notes=notes, chart=kind), score)
    return None


def _has_no_sides(draft: Draft) -> bool:
    """A difference of two columns, say: whatever else is found is no difference."""
    return draft.reading.has("difference") and difference(draft) is None


def _trust(draft: Draft) -> float | None:
    """None where the question speaks of things that the table does not have."""
    reading = draft.reading
    unknown = [reading.tokens[at] for at in reading.free()]
    if reading.has("schema") and not unknown:
        return 1.0
    if any(map(_limits, unknown)) or _loses_its_place(reading):
        return None
    sure = _sure(draft)
    called = sum(GUESSED not in claim.meaning for claim in reading.of("rows"))
    if not (reading.has(*_ASKS) or draft.roles.keys) and sure < 2:
        return None
    if len(unknown) > (1 if sure + called - len(reading.of("adjective")) >= 2 else 0):
        return None
    if not sure and not (called and (reading.has("count") or reading.has("column"))):
        return None
    linked = len(reading.of("column", "value", "rows", "when"))
    return linked + sure - 2.0 * len(unknown)


def _loses_its_place(reading: Reading) -> bool:
    """`cost per km` without a column of kilometres, `the first week of March`."""
    free, buckets = reading.free(), {claim.start for claim in reading.of("bucket")}
    return any(by.end in free for by in reading.of("by")) or any(
        claim.end in buckets for claim in reading.of("adjective")
    )


def _is_in_part(claim: Claim) -> bool:
    """`airport`, of a Dep Airport: the word before it says which."""
    column = claim.meaning[0].column
    return not column.is_numeric and claim.end - claim.start < len(core_words(column))


def _limits(token: Token) -> bool:
    """A name, a number or a verb says which rows are meant: `were cancelled`."""
    says_which = token.is_name or token.kind == "number" or token.folded.endswith("ed")
    return says_which or bool(concepts(token.folded) & _FIGURES)


def _narrows_rows(reading: Reading) -> bool:
    """`damaged parcels`, `fraudulent claims`: an unknown word before what a row is called."""
    keys = [c for c in reading.of("column") if is_identifier(c.meaning[0].column)]
    starts = {claim.start for claim in (*reading.of("rows"), *keys)}
    starts |= {c.start for c in reading.of("column") if _is_in_part(c)}
    return any(
        at + 1 in starts and reading.tokens[at].folded not in FILLERS for at in reading.free()
    )


def _sure(draft: Draft) -> int:
    """How many things in the question are surely the table's."""
    reading = draft.reading
    tells_time = reading.has("when", "bucket")
    columns = [
        claim
        for claim in reading.of("column")
        if claim.meaning[0].score >= 0.6 or (claim.meaning[0].column.is_temporal and tells_time)
    ]
    values = [claim for claim in reading.of("value") if claim.meaning[0].score >= PART]
    dated = [claim for claim in reading.of("rows") if DATED in claim.meaning and tells_time]
    return len(dated) + len(columns) + len(values) + len(reading.of("adjective")) + draft.sure


def _unused(reading: Reading) -> list[str]:
    words = reading.texts(reading.free())
    guessed = [c.meaning[0] for c in reading.of("rows") if GUESSED in c.meaning]
    notes = [f'"{" ".join(words)}" is no part of the table and was not used.'] if words else []
    return notes + [f'"{word}" was taken for the rows of the table.' for word in guessed]
