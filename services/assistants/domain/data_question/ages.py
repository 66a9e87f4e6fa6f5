"""How old people are: `members under 25`, where a column tells their age."""

from services.assistants.domain.data_question.amounts import Amount
from services.assistants.domain.data_question.concepts import column_concepts, concepts
from services.assistants.domain.data_question.reading import Claim, Reading
from services.assistants.domain.data_question.tables import Column, Table

_PEOPLE = frozenset(
    (
        "person",
        "employee",
        "customer",
        "member",
        "student",
        "patient",
        "driver",
        "teacher",
        "seller",
    )
)
_WORDS = frozenset(("women", "men", "females", "males", "claimants", "applicants", "participants"))
_SAYINGS = frozenset(("under", "over", "above", "below", "between"))
_SMALL = ("filler", "which")
_OLDEST = 120


def age_of_people(reading: Reading, claim: Claim, table: Table) -> Column | None:
    """The column of ages, where people stand right before a bare number that may be one."""
    amount: Amount = claim.meaning
    is_bare = not (amount.is_money or amount.is_percent) and amount.low <= _OLDEST
    says_so = reading.tokens[claim.start].folded in _SAYINGS
    ages = [c for c in table.of_type(("integer", "number")) if "age" in column_concepts(c)]
    if not (is_bare and says_so and len(ages) == 1):
        return None
    at = claim.start - 1
    while at >= 0 and any(c.start <= at < c.end for c in reading.of(*_SMALL)):
        at -= 1
    word = reading.tokens[at].folded if at >= 0 else ""
    return ages[0] if concepts(word) & _PEOPLE or word in _WORDS else None
