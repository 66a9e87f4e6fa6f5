"""Takes a question apart over one table: surest readings first, each token understood once."""

from collections.abc import Sequence

from services.assistants.domain.data_question.amounts import claim_amounts
from services.assistants.domain.data_question.concepts import (
    ADJECTIVES,
    INSTEAD,
    SIGNS,
    can_be_added,
    column_concepts,
    concepts,
    core_words,
    holds_years,
)
from services.assistants.domain.data_question.linking import Candidate, claim_columns
from services.assistants.domain.data_question.periods import claim_periods
from services.assistants.domain.data_question.reading import Claim, Reading
from services.assistants.domain.data_question.tables import Described, Table
from services.assistants.domain.data_question.units import (
    claim_paying,
    claim_units,
    claim_written_units,
)
from services.assistants.domain.data_question.values import claim_values, exact, is_yes_or_no
from services.assistants.domain.data_question.vocabulary import BUCKETS, FILLERS, LONGEST, PHRASES
from services.assistants.domain.data_question.words import (
    Token,
    is_form_of,
    is_same_deed,
    name_words,
)

GUESSED, DATED = "guessed", "dated"
_CUT = 3
"""Letters that a word is cut to in names of columns."""
_CHARTS = frozenset(("bar", "line", "area", "doughnut"))
_OPEN = frozenset(("open", "unresolved", "unclosed", "outstanding", "unfinished", "pending"))
_ENDINGS = frozenset(
    ("closed", "close", "resolved", "completed", "finished", "ended", "end", "solved", "settled")
)
_ROWS = frozenset(("result", "results", "figures", "values", "datasets"))
"""Behind `how many`; elsewhere they say nothing."""
_PLACES = frozenset(["in", "from", "at", "for", "of", "within", "aus", "im", "en", "dans", "de"])


def understand(question: Sequence[Token], table: Table, described: Described) -> Reading:
    """What the question says, if it is about that table."""
    reading = Reading(tokens=tuple(question))
    claim_amounts(reading)
    claim_units(reading, table)
    if any(_tells_time(table)):
        claim_periods(reading)
    _claim_phrases(reading, at_least=3)
    _claim_buckets_behind_by(reading, table)
    _claim_dated_verbs(reading, table)
    claim_values(reading, table, described)
    _keep_long_values(reading)
    claim_columns(reading, table)
    _keep_sure_columns(reading)
    claim_values(reading, table, described)
    _keep_exact_values(reading)
    _claim_phrases(reading, at_least=2)
    claim_values(reading, table, described)
    _claim_phrases(reading, at_least=1)
    _claim_buckets(reading, table)
    claim_columns(reading, table)
    _claim_dated_things(reading)
    _claim_deeds(reading, table)
    _claim_open(reading, table)
    _claim_adjectives(reading, table)
    _claim_row_nouns(reading, table)
    _claim_verbs_of_values(reading)
    _keep_by_of_amounts(reading)
    _claim_rates(reading)
    claim_written_units(reading, table)
    claim_paying(reading)
    _claim_what_is_counted(reading)
    for at in reading.free():
        if reading.tokens[at].kind == "sign" or reading.tokens[at].folded in FILLERS:
            reading.claim(at, at + 1, "filler", reading.tokens[at].folded)
    return reading


def _tells_time(table: Table) -> list[bool]:
    return [c.is_temporal or holds_years(c) for c in table.columns]


def _claim_phrases(reading: Reading, *, at_least: int) -> None:
    for start, end in list(reading.free_spans(LONGEST)):
        if end - start < at_least or not reading.is_free(start, end):
            continue
        words = tuple(token.folded for token in reading.tokens[start:end])
        # German asks with "was" in front; behind, it is the English verb.
        meaning = None if start and words == ("was",) else PHRASES.get(words)
        if meaning is not None:
            is_kind = meaning in _CHARTS
            reading.claim(
                start, end, "chart" if is_kind else meaning, meaning if is_kind else words
            )


def _claim_dated_verbs(reading: Reading, table: Table) -> None:
    """In `shipped in June` the verb says which day is meant, whatever else is called so."""
    if not reading.has("when"):
        return
    for column in table.of_type(("date", "datetime")):
        for at in reading.free():
            verb = reading.tokens[at].folded
            if verb.endswith(("ed", "ing")) and any(
                is_form_of(verb, w) for w in core_words(column)
            ):
                reading.claim(at, at + 1, "column", (Candidate(column, 0.95),))


def _keep_sure_columns(reading: Reading) -> None:
    """Now only names of several words, and single ones that are no operation: the others may mean more."""
    for claim in reading.of("column"):
        words = tuple(token.folded for token in reading.tokens[claim.start : claim.end])
        is_name = claim.end - claim.start > 1
        best = claim.meaning[0].score
        if best < 0.8 or (
            not is_name and (best < 0.95 or words in PHRASES or _is_a_place(reading, claim))
        ):
            reading.release(claim)


def _is_a_place(reading: Reading, claim: Claim) -> bool:
    """`in Sales`: a value of that name, if there is one, rather than the column."""
    before = reading.tokens[claim.start - 1].folded if claim.start else ""
    return before in _PLACES and reading.tokens[claim.start].is_name


def _keep_exact_values(reading: Reading) -> None:
    for claim in reading.of("value"):
        if not exact(claim):
            reading.release(claim)


def _keep_long_values(reading: Reading) -> None:
    """`Customer 0042`, where that is the stored name, is no column with a number behind it."""
    for claim in reading.of("value"):
        if not exact(claim) or claim.end - claim.start < 2:
            reading.release(claim)


def _claim_buckets(reading: Reading, table: Table) -> None:
    if not table.of_type(("date", "datetime")):
        return
    for start, end in list(reading.free_spans(4)):
        words = tuple(token.folded for token in reading.tokens[start:end])
        if BUCKETS.get(words) == "hour" and not table.of_type(("datetime",)):
            continue
        if words in BUCKETS and reading.is_free(start, end):
            reading.claim(start, end, "bucket", BUCKETS[words])


def _claim_dated_things(reading: Reading) -> None:
    """`how many exams` counts what has an Exam Date, not the days."""
    for claim in reading.of("column"):
        best = claim.meaning[0]
        is_part = best.column.is_temporal and best.score < 0.6 and claim.end - claim.start == 1
        is_counted = claim.start in {c.end for c in reading.of("count", "max", "min", "share")}
        if is_part and (is_counted or claim.start == 0):
            reading.release(claim)
            reading.claim(
                claim.start, claim.end, "rows", (reading.tokens[claim.start].folded, DATED)
            )


def _claim_deeds(reading: Reading, table: Table) -> None:
    """`takes the longest to resolve`, of a column Resolution Hours."""
    for at in reading.free():
        verb, before = reading.tokens[at].folded, reading.tokens[at - 1].folded if at else ""
        meant = [
            column
            for column in table.columns
            if column.is_numeric and any(is_same_deed(verb, w) for w in core_words(column))
        ]
        if before == "to" and meant:
            reading.claim(at, at + 1, "column", tuple(Candidate(c, 0.6) for c in meant))


def _claim_open(reading: Reading, table: Table) -> None:
    """`still open`: the day on which it ended is missing."""
    ends = [
        column
        for column in table.of_type(("date", "datetime"))
        if column.filled < table.rows and _ENDINGS & set(name_words(column.name))
    ]
    for at in reading.free():
        if len(ends) == 1 and reading.tokens[at].folded in _OPEN:
            reading.claim(at, at + 1, "open", ends[0])


def _claim_buckets_behind_by(reading: Reading, table: Table) -> None:
    """`by day`, whatever else is stored as a day."""
    named = [name_words(column.name) for column in table.columns]
    for at, token in enumerate(reading.tokens):
        if PHRASES.get((token.folded,)) != "by" or not table.of_type(("date", "datetime")):
            continue
        for end in range(min(at + 5, len(reading.tokens)), at + 1, -1):
            words = tuple(each.folded for each in reading.tokens[at + 1 : end])
            stems = tuple(each.stem for each in reading.tokens[at + 1 : end + 1])
            is_column = any(stems[: len(name)] == name for name in named)
            if words in BUCKETS and not is_column and reading.is_free(at + 1, end):
                reading.claim(at + 1, end, "bucket", BUCKETS[words])


def _claim_adjectives(reading: Reading, table: Table) -> None:
    comparable = [column for column in table.columns if column.is_numeric or column.is_temporal]
    told = {concept for column in comparable for concept in column_concepts(column)}
    told |= {"date"} if table.of_type(("date", "datetime")) else set()
    for at in reading.free():
        found = ADJECTIVES.get(reading.tokens[at].folded)
        if found is not None and found[0] not in told and INSTEAD.get(found[0]) in told:
            found = (INSTEAD[found[0]], found[1])
        if found is not None and found[0] in told:
            reading.claim(at, at + 1, "adjective", found)
        elif found is not None and _names_a_figure(reading):
            reading.claim(at, at + 1, found[1], (reading.tokens[at].folded,))


def _names_a_figure(reading: Reading) -> bool:
    """Then `the longest` is the highest of it."""
    return any(can_be_added(claim.meaning[0].column) for claim in reading.of("column"))


def _claim_row_nouns(reading: Reading, table: Table) -> None:
    """What a row is: the sheet's or file's name says so, or what the columns tell of."""
    names = (table.sheet, table.name, _bare(table.document_name))
    nouns = {noun for name in names for noun in name_words(name)}
    meant = {concept for noun in nouns for concept in concepts(noun)}
    told = {concept for column in table.columns for concept in column_concepts(column)}
    meant |= {entity for entity, signs in SIGNS.items() if len(signs & told) > 1}
    for at in reading.free():
        token = reading.tokens[at]
        is_named = token.stem in nouns or bool(concepts(token.folded) & meant)
        if is_named and token.folded not in FILLERS and token.kind == "word":
            reading.claim(at, at + 1, "rows", (token.folded,))


def _keep_by_of_amounts(reading: Reading) -> None:
    """`delayed by more than 60 minutes` groups nothing."""
    starts = {claim.start for claim in reading.of("amount")}
    for by in reading.of("by"):
        if by.end in starts:
            reading.release(by)
            reading.claim(by.start, by.end, "filler", "by")


def _claim_verbs_of_values(reading: Reading) -> None:
    """`shipped to France`, of a Ship Country: the verb says what the value says."""
    names = {word for claim in reading.of("value") for word in core_words(claim.meaning[0].column)}
    for at in reading.free():
        verb = reading.tokens[at].folded
        is_of_name = any(is_form_of(verb, word) or _is_short(word, verb) for word in names)
        if verb.endswith("ed") and is_of_name:
            reading.claim(at, at + 1, "filler", verb)


def _is_short(word: str, verb: str) -> bool:
    """`dep` in Dep Airport, of departed."""
    return len(word) == _CUT and verb.startswith(word)


def _claim_what_is_counted(reading: Reading) -> None:
    """In `how many transfers by branch` and `transfers per month` the unknown word is what a row is.

    Only where it is the only unknown one, and where all is counted that something else limits or groups.
    """
    for claim in reading.of("count"):
        if claim.end in reading.free() and reading.tokens[claim.end].folded in _ROWS:
            reading.claim(claim.end, claim.end + 1, "rows", (reading.tokens[claim.end].folded,))
    unknown = [at for at in reading.free() if reading.tokens[at].folded not in FILLERS]
    is_mean = reading.has("avg", "median", "deviation")  # of passengers per flight, say
    if (
        len(unknown) != 1
        or is_mean
        or reading.has("rows")
        or not reading.has("column", "value", "when")
    ):
        return
    at = unknown[0]
    token = reading.tokens[at]
    starts = {claim.end for claim in reading.of("count", "max", "min", "share")}
    is_counted = at in starts or (at == 0 and at + 1 in {c.start for c in reading.of("by")})
    is_plural = token.kind == "word" and token.stem != token.folded and not token.is_name
    if is_counted and is_plural:
        reading.claim(at, at + 1, "rows", (token.folded, GUESSED))


def _claim_rates(reading: Reading) -> None:
    """`return rate`, of a column that says yes or no, is a share; whatever else is called a rate."""
    for claim in reading.of("column", "value"):
        at = claim.end
        if at >= len(reading.tokens) or reading.tokens[at].stem != "rate":
            continue
        others = [c for c in reading.of("column") if c.start == at and c.end == at + 1]
        is_taken = at not in reading.free() and not others
        if not is_taken and is_yes_or_no(claim.meaning[0].column):
            for other in others:
                reading.release(other)
            reading.claim(at, at + 1, "share", ("rate",))


def _bare(document: str) -> str:
    return document.rsplit(".", 1)[0]
