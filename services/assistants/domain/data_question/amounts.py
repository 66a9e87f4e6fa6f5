"""Conditions on numbers that a question names: `more than 500`, `between 10 and 20`, `at least 3`, `>= 5%`."""

from dataclasses import dataclass

from services.assistants.domain.data_question.reading import Reading
from services.assistants.domain.data_question.units import unit_of
from services.assistants.domain.data_question.words import Token, phrase

_SIDES: dict[str, str] = {
    ">": """more than; greater than; larger than; higher than; bigger than; over; above; exceeding; exceeds; exceed; exceeded; >; upwards of; older than; longer than; in excess of;
        heavier than; mehr als; über; größer als; höher als; mas de; mas que; mayor que; mayor de; superior a; por encima de; plus de; plus que; superieur à; supérieure à; au dessus de; से अधिक; से ज्यादा; से ज़्यादा; से ऊपर""",
    "<": """less than; fewer than; smaller than; lower than; under; below; <; younger than; shorter than; cheaper than; lighter than; weniger als; unter; kleiner als; niedriger als;
        menos de; menos que; menor que; menor de; inferior a; por debajo de; moins de; moins que; inferieur à; inférieure à; au dessous de; से कम; से नीचे""",
    ">=": """at least; no less than; not less than; minimum of; a minimum of; >=; ≥; greater than or equal to; more than or equal to; from at least; mindestens; al menos; por lo menos;
        como minimo; au moins; कम से कम; starting at; starting from""",
    "<=": """at most; no more than; not more than; maximum of; a maximum of; up to; <=; ≤; less than or equal to; höchstens; maximal; a lo sumo; como maximo; hasta; au plus; au maximum; jusqu à; अधिकतम; ज्यादा से ज्यादा""",
    "=": "exactly; equal to; equals; =; equal; of exactly; genau; gleich; exactamente; igual a; exactement; égal à; ठीक",
    "between": "between; zwischen; entre; ranging from; in the range; के बीच",
}  # fmt: skip
_BEHIND: dict[str, str] = {
    ">=": "or more; or higher; or above; and above; or greater; and more; or over; oder mehr; o mas; ou plus; या अधिक; से अधिक या बराबर",
    "<=": "or less; or fewer; or lower; or below; and below; or under; oder weniger; o menos; ou moins; या कम",
    ">": "से अधिक; से ज्यादा; से ज़्यादा; से ऊपर",
    "<": "से कम; से नीचे",
}  # fmt: skip
_FIXED = {phrase("out of stock"): 0.0, phrase("sold out"): 0.0}
_OF = frozenset(
    (
        "of",
        "is",
        "was",
        "a",
        "an",
        "the",
        "von",
        "de",
        "$",
        "€",
        "£",
        "₹",
        "usd",
        "eur",
        "rs",
        "inr",
        "for",
        "are",
        "than",
    )
)
_AND = frozenset(("and", "to", "und", "bis", "y", "a", "et", "और", "से"))


def _table(groups: dict[str, str]) -> dict[tuple[str, ...], str]:
    return {
        phrase(each.strip()): side
        for side, listed in groups.items()
        for each in listed.replace("\n", " ").split(";")
        if each.strip()
    }


_BEFORE = _table(_SIDES)
_AFTER = _table(_BEHIND)
_LONGEST = max(map(len, (*_BEFORE, *_AFTER)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """side: >, <, >=, <=, = or between (both ends belong to it, `high` only there)."""

    side: str
    low: float
    high: float | None = None
    is_percent: bool = False
    is_money: bool = False


def claim_amounts(reading: Reading) -> None:
    """Claims of kind `amount`; an Amount is the meaning."""
    for start, end in list(reading.free_spans(_LONGEST)):
        words = tuple(token.folded for token in reading.tokens[start:end])
        if words in _FIXED and reading.is_free(start, end):
            reading.claim(start, end, "amount", Amount(side="=", low=_FIXED[words]))
            continue
        side = _BEFORE.get(words)
        if side is not None and reading.is_free(start, end):
            _claim_after(reading, start, end, side)
    for start, end in list(reading.free_spans(_LONGEST)):
        words = tuple(token.folded for token in reading.tokens[start:end])
        if words not in _AFTER or not start or not reading.is_free(start, end):
            continue
        has_unit = start > 1 and unit_of(reading.tokens[start - 1].folded)
        at = start - 2 if has_unit else start - 1  # "5 days or more"
        if reading.is_free(at, end):
            _claim_before(reading, at + 1, end, _AFTER[words])


def _claim_after(reading: Reading, start: int, end: int, side: str) -> None:
    at = _skip(reading.tokens, end)
    low = _number(reading.tokens, at)
    if low is None:
        return
    if side != "between":
        amount = _amount(side, low, reading.tokens[end : at + 2])
        reading.claim(start, at + 1, "amount", amount)
        return
    then = at + 1
    while then < len(reading.tokens) and _is_small(reading.tokens[then]):
        then += 1
    second = _skip(reading.tokens, then + 1)
    high = _number(reading.tokens, second)
    if high is not None and reading.tokens[then].folded in _AND:
        amount = _amount(side, low, reading.tokens[end : second + 2], high=high)
        reading.claim(start, second + 1, "amount", amount)


def _claim_before(reading: Reading, start: int, end: int, side: str) -> None:
    low = _number(reading.tokens, start - 1)
    if low is not None:
        near = reading.tokens[max(0, start - 2) : start + 1]
        reading.claim(start - 1, end, "amount", _amount(side, low, near))


def _is_small(token: Token) -> bool:
    return token.folded in _OF or bool(unit_of(token.folded))


def _skip(tokens: tuple[Token, ...], at: int) -> int:
    while at < len(tokens) and tokens[at].folded in _OF:
        at += 1
    return at


def _number(tokens: tuple[Token, ...], at: int) -> Token | None:
    return tokens[at] if at < len(tokens) and tokens[at].kind == "number" else None


def _amount(side: str, low: Token, near: tuple[Token, ...], *, high: Token | None = None) -> Amount:
    is_money = any(
        t.folded in ("$", "€", "£", "₹", "usd", "eur", "gbp", "inr", "dollar", "dollars", "euro", "euros", "rs")
        for t in near
    )  # fmt: skip
    return Amount(
        side=side,
        low=low.number or 0.0,
        high=None if high is None else high.number,
        is_percent=low.is_percent or bool(high and high.is_percent),
        is_money=is_money,
    )
