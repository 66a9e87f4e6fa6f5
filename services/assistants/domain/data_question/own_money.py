"""The amount of money that a row is of: the Order Total of orders, the Amt Claimed of claims."""

from services.assistants.domain.data_question.concepts import (
    can_be_added,
    core_words,
    is_identifier,
    is_key,
    is_per_unit,
)
from services.assistants.domain.data_question.reading import Reading
from services.assistants.domain.data_question.tables import Column, Table
from services.assistants.domain.data_question.words import is_form_of

_SUMS = frozenset(("total", "amount", "value", "sum", "cost", "price", "charge", "fee"))


def own_money(reading: Reading, table: Table) -> Column | None:
    """The one column of amounts that is named after what the question calls the rows."""
    nouns = _called(reading, table)
    found = [column for column in table.columns if _is_amount(column) and _is_of(column, nouns)]
    return found[0] if len(found) == 1 else None


def _called(reading: Reading, table: Table) -> set[str]:
    """Words for the rows: what the table is called, and what their key is."""
    keys = [
        claim
        for claim in reading.of("column")
        if is_identifier(claim.meaning[0].column) and is_key(claim.meaning[0].column, table.rows)
    ]
    return {
        token.stem
        for claim in (*reading.of("rows"), *keys)
        for token in reading.tokens[claim.start : claim.end]
    }


def _is_amount(column: Column) -> bool:
    is_sum = bool(_SUMS & set(core_words(column)))
    return is_sum and can_be_added(column) and not is_per_unit(column)


def _is_of(column: Column, nouns: set[str]) -> bool:
    return any(is_form_of(word, noun) for word in core_words(column) for noun in nouns)
