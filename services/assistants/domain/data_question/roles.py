"""What the columns that a question names are to it: what is measured, what by, what is asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from services.assistants.domain.data_question.concepts import (
    can_be_added,
    column_concepts,
    concepts,
    is_identifier,
    is_key,
    is_per_unit,
)
from services.assistants.domain.data_question.conditions import Conditions, date_column
from services.assistants.domain.data_question.own_money import own_money
from services.assistants.domain.data_question.plan import Key
from services.assistants.domain.data_question.reading import Claim, Reading
from services.assistants.domain.data_question.tables import Column, Table
from services.assistants.domain.data_question.words import name_words

_SMALL = frozenset(("filler", "distinct", "everything", "rows"))
_PEOPLE = ("employee", "seller", "customer", "student", "teacher", "patient", "manager", "supplier",
           "driver", "doctor", "technician", "member")  # fmt: skip
_SELLING = frozenset(("sold", "sell", "sells", "closed", "verkauft", "vendio", "vendu"))
_BUYING = frozenset(
    ("bought", "buy", "buys", "spent", "spend", "purchased", "ordered", "paid", "gekauft", "compro")
)
_WEAK, _NAMED = 0.65, 0.85
"""Scores of a column that is only meant by a word, and of one that is named."""
_MONEY = ("revenue", "profit", "salary", "cost", "price")


@dataclass(slots=True)
class Roles:
    """measures: numeric ones, as in the question. subjects: the others. keys: what it is grouped by."""

    measures: list[Column] = field(default_factory=list)
    subjects: list[Column] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    key_claims: list[Claim] = field(default_factory=list)
    subject_claims: list[Claim] = field(default_factory=list)


def find_roles(reading: Reading, table: Table, conditions: Conditions) -> Roles:
    """Grouping words first; what is left measures, or is asked for."""
    roles = Roles()
    used = [claim for _, claim in conditions.amounts_of if claim is not None]
    for claim in reading.of("column", "bucket"):
        if _names_whom(reading, claim):
            if claim not in used and reading.has("count") and not reading.has("avg", "median"):
                conditions.notes.append(_rows_for(reading, claim))
            reading.release(claim)
            reading.claim(claim.start, claim.end, "rows", (reading.tokens[claim.start].folded,))
            continue
        if claim in conditions.taken and not _is_grouped(reading, claim, roles):
            continue
        is_condition = claim in used and claim.meaning[0].score < 0.9
        if _is_grouped(reading, claim, roles) and not is_condition:
            key = _key(reading, table, conditions, claim)
            if key is not None and key not in roles.keys:
                roles.keys.append(key)
                roles.key_claims.append(claim)
        elif claim.kind == "column" and not _is_outdone(reading, claim, used):
            _take(reading, table, claim, roles, is_used=claim in used)
    if reading.has("trend") and not any(key.bucket for key in roles.keys):
        _add_time(reading, table, conditions, roles)
    return roles


def _is_outdone(reading: Reading, claim: Claim, used: Iterable[Claim]) -> bool:
    """`how much do we pay in bonuses`: a word that may mean a column, beside one that is its name."""
    best = claim.meaning[0]
    is_weak = claim.end - claim.start == 1 and best.score < _WEAK and best.column.is_numeric
    if not is_weak or claim in used:
        return False
    return any(
        other.meaning[0].score >= _NAMED and can_be_added(other.meaning[0].column)
        for other in reading.of("column")
        if other not in used and other is not claim and other.start > claim.start
    )


def _names_whom(reading: Reading, claim: Claim) -> bool:
    """`patients`, where only a column Patient Age tells of them: no figure and no group."""
    if claim.kind != "column" or claim.end - claim.start > 1:
        return False
    best = claim.meaning[0]
    is_person = concepts(reading.tokens[claim.start].folded) & {*_PEOPLE, "person"}
    return best.column.is_numeric and best.score < 0.6 and bool(is_person)


def _rows_for(reading: Reading, claim: Claim) -> str:
    word = reading.tokens[claim.start].folded
    return f'Rows are counted: no column tells "{word}" apart.'


def default_measure(reading: Reading, table: Table) -> Column | None:
    """What "total" alone adds up: a column of that name, else money, else the only quantity."""
    asked = {token.stem for token in reading.tokens}
    sums = [column for column in table.columns if can_be_added(column)]
    named = [c for c in sums if set(name_words(c.name)) & asked]
    if own := own_money(reading, table):
        return own
    for concept in _MONEY[:1]:
        named += [c for c in sums if concept in column_concepts(c)]
    if named:
        return named[0]
    fitting = [c for c in sums if not is_per_unit(c) and not is_key(c, table.rows)]
    return fitting[0] if len(fitting) == 1 else next(iter(sums), None) if len(sums) == 1 else None


def named_money(table: Table) -> Column | None:
    """What `orders above 500` means: the table's one column of revenue, where it has one."""
    found = [c for c in table.columns if can_be_added(c) and "revenue" in column_concepts(c)]
    return found[0] if found else None


def of_concept(table: Table, concept: str, fits: Callable[[Column], bool]) -> Column | None:
    """The first column whose name means that."""
    return next((c for c in table.columns if concept in column_concepts(c) and fits(c)), None)


def label_column(table: Table) -> Column | None:
    """What a row is called by: a name, else its key, else the first column of text."""
    texts = [c for c in table.columns if c.type == "text"]
    named = [
        c for c in texts if "name" in column_concepts(c) or name_words(c.name)[-1:] == ("name",)
    ]
    people = [
        c for c in texts if column_concepts(c) & {"employee", "student", "patient", "product"}
    ]
    keys = [
        c for c in table.columns if is_key(c, table.rows) and (is_identifier(c) or c.type == "text")
    ]
    text_keys = [c for c in keys if c.type == "text"]
    return next(
        iter([*(c for c in named if c in text_keys), *text_keys, *keys, *named, *people, *texts]),
        None,
    )


def person_column(reading: Reading, table: Table) -> Column | None:
    """Whom `who` asks for: sellers sell, customers buy."""
    said = {token.folded for token in reading.tokens}
    sells, buys = said & _SELLING, said & _BUYING
    wanted = (*(("seller",) if sells else ()), *(("customer",) if buys else ()), *_PEOPLE)
    found = (of_concept(table, concept, lambda c: c.type == "text") for concept in wanted)
    return next((column for column in found if column is not None), None)


def _is_grouped(reading: Reading, claim: Claim, roles: Roles) -> bool:
    if any(by.meaning[0] < "ऀ" for by in _near_before(reading, claim, "by")):
        return True
    if any(by.start == claim.end and by.meaning[0] > "ऀ" for by in reading.of("by")):
        return True
    if claim.kind == "bucket":
        words = [token.folded for token in reading.tokens[claim.start : claim.end]]
        return (
            words[-1].endswith(("ly", "lich", "liche", "el", "al"))
            or bool(roles.keys)
            or _is_asked(reading, claim)
        )
    return bool(roles.key_claims) and _continues(reading, roles.key_claims[-1], claim)


def _is_asked(reading: Reading, claim: Claim) -> bool:
    return bool(
        _near_before(
            reading, claim, "which", "max", "min", "popular", "rarest", "distinct", "everything"
        )
    )


def _near_before(reading: Reading, claim: Claim, *kinds: str) -> list[Claim]:
    """Claims of these kinds before it, with nothing but small words between."""
    return [
        found
        for found in reading.of(*kinds)
        if found.end <= claim.start <= found.end + 2
        and all(
            c.kind in _SMALL
            for c in reading.claims
            if found.end <= c.start and c.end <= claim.start
        )
        and not [at for at in reading.free() if found.end <= at < claim.start]
    ]


def _continues(reading: Reading, last: Claim, claim: Claim) -> bool:
    """`by region and year`, `by region, country`: an "and", or nothing, between the two."""
    between = [c for c in reading.claims if last.end <= c.start and c.end <= claim.start]
    is_joined = all(c.kind in ("and", "by", "filler") for c in between)
    column = claim.meaning[0].column
    return (
        is_joined
        and claim.start - last.end <= 2
        and not can_be_added(column)
        and (bool(between) or column.type == "text")
    )


def _key(reading: Reading, table: Table, conditions: Conditions, claim: Claim) -> Key | None:
    if claim.kind == "bucket":
        named = _year_column(table, claim.meaning)
        if named is not None:
            return Key(column=named)
        column = date_column(reading, table, conditions)
        return None if column is None else Key(column=column, bucket=claim.meaning)
    column = _for_groups(candidate.column for candidate in claim.meaning)
    return Key(column=column, bucket="day" if column.type == "datetime" else "")


def _year_column(table: Table, bucket: str) -> Column | None:
    return next((c for c in table.columns if name_words(c.name) == (bucket,)), None)


def _for_groups(columns: Iterable[Column]) -> Column:
    listed = list(columns)
    return next((c for c in listed if not can_be_added(c)), listed[0])


def _add_time(reading: Reading, table: Table, conditions: Conditions, roles: Roles) -> None:
    column = date_column(reading, table, conditions)
    if column is None:
        return
    months = (int(column.max[:4]) - int(column.min[:4])) * 12 if column.min and column.max else 0
    spans = months + (int(column.max[5:7]) - int(column.min[5:7]) if months or column.max else 0)
    bucket = "year" if spans > 60 else "month" if spans > 1 else "day"
    roles.keys.insert(0, Key(column=column, bucket=bucket))


def _take(reading: Reading, table: Table, claim: Claim, roles: Roles, *, is_used: bool) -> None:
    numeric = next((c.column for c in claim.meaning if _measures(c.column, table)), None)
    best = claim.meaning[0].column
    if numeric is not None and (
        numeric == best or (best.type == "text" and claim.meaning[0].score < 0.6)
    ):
        roles.measures.append(numeric)
    elif not is_used and not (best.is_temporal and reading.has("when", "bucket")):
        roles.subjects.append(best)
        roles.subject_claims.append(claim)


def _measures(column: Column, table: Table) -> bool:
    return column.is_numeric and not (is_identifier(column) and not can_be_added(column))
