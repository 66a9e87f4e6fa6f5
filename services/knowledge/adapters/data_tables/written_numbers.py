"""Numbers as people write them: thousands apart, decimal commas, currencies, percentages.

What a comma or a dot means is decided for a whole column: by the one way in which all its cells are
numbers.
"""

import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

_CODES = "EUR|USD|GBP|CHF|INR|JPY|CNY|SEK|NOK|DKK|PLN|CZK|CAD|AUD|BRL"
_CURRENCY = rf"[€$£¥₹₽₩₺]|(?:{_CODES}|Rs\.?|kr|zł|Kč)(?![^\W\d_])"
_SIGNED = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+\-−])?\s*(?P<before>{_CURRENCY})?\s*(?P<late>[+\-−])?\s*"
    r"(?P<digits>[\d.,'’ \u00a0\u202f]*\d)\s*"
    rf"(?P<after>{_CURRENCY})?(?P<percent>%)?\s*(?P<close>\))?\Z"
)
_GROUPED = r"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+"
_INDIAN = r"[1-9]\d?(?:,\d{2})+,\d{3}"
_SPACED = _GROUPED.format(mark="[ \u00a0\u202f'’]")
_WHOLE = r"(?:0|[1-9]\d*)"
_DOT = re.compile(rf"(?:{_GROUPED.format(mark=',')}|{_INDIAN}|{_SPACED}|{_WHOLE})(?:\.\d+)?\Z")
_COMMA = re.compile(rf"(?:{_GROUPED.format(mark='[.]')}|{_SPACED}|{_WHOLE})(?:,\d+)?\Z")
_BETWEEN = str.maketrans("", "", " \u00a0\u202f'’")
_EXACT = 2**53
_LONGEST = 60
"""Characters of a number, with whatever stands around it."""

Values = list[int] | list[float]


def numbers(cells: Sequence[Any]) -> Values | None:
    """All of them as numbers, as whole ones where all are; None where one of them is none.

    Amounts of different currencies, and percentages among other numbers, are none together; a plain
    number among amounts is one of them.
    """
    parts = [_parts(cell) for cell in cells]
    told = [part for part in parts if part is not None]
    units = {unit for unit, _, _ in told}
    if len(told) < len(parts) or len(units - {""}) > 1 or units == {"", "%"}:
        return None
    for plain in (_with_dot, _with_comma):
        values = [_value(*part, plain=plain) for part in told]
        found = [value for value in values if value is not None]
        if len(found) == len(values):
            return _narrowest(found)
    return None


def _parts(cell: Any) -> tuple[str, bool, str | Decimal] | None:
    """What it counts ("%", a currency, "" for nothing), whether it is negative, its digits."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        return "", False, Decimal(repr(cell))
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return None
    match = _SIGNED.match(cell.strip())
    if match is None:
        return None
    is_enclosed = bool(match["open"])
    signs = [sign for sign in (match["sign"], match["late"]) if sign]
    units = [unit for unit in (match["before"], match["after"], match["percent"]) if unit]
    if is_enclosed != bool(match["close"]) or len(signs) + is_enclosed > 1 or len(units) > 1:
        return None
    is_negative = is_enclosed or signs in (["-"], ["−"])
    return (units[0] if units else ""), is_negative, match["digits"].strip()


def _with_dot(digits: str) -> str | None:
    return digits.translate(_BETWEEN).replace(",", "") if _DOT.match(digits) else None


def _with_comma(digits: str) -> str | None:
    if not _COMMA.match(digits):
        return None
    return digits.translate(_BETWEEN).replace(".", "").replace(",", ".")


def _value(
    unit: str, is_negative: bool, digits: str | Decimal, *, plain: Callable[[str], str | None]
) -> Decimal | None:
    if isinstance(digits, Decimal):
        return digits
    text = plain(digits)
    if text is None:
        return None
    number = Decimal(text).scaleb(-2) if unit == "%" else Decimal(text)
    return -number if is_negative else number


def _narrowest(values: list[Decimal]) -> Values:
    is_whole = all(value == value.to_integral_value() and abs(value) < _EXACT for value in values)
    return [int(value) for value in values] if is_whole else [float(value) for value in values]
