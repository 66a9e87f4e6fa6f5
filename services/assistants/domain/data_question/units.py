"""Units that amounts and columns are written in: `5 days` speaks of `Length of Stay (days)`."""

import re

from services.assistants.domain.data_question.reading import Reading
from services.assistants.domain.data_question.tables import Column, Table
from services.assistants.domain.data_question.words import (
    fold,
    is_form_of,
    is_same_deed,
    name_words,
    spaced,
    tokens,
)

_UNITS = (
    ("seconds", "second sec secs sekunden segundos secondes"),
    ("minutes", "minute min mins minuten minutos"),
    ("hours", "hour hr hrs stunden horas heures"),
    ("days", "day tage tagen dias jours"),
    ("weeks", "week wochen semanas semaines"),
    ("months", "month monate monaten meses mois"),
    ("years", "year yr yrs jahre jahren anos ans"),
    ("kg", "kilo kilos kilogram kilograms kilogramm"),
    ("g", "gram grams gramm gramos grammes"),
    ("km", "kilometer kilometers kilometre kilometres"),
    ("miles", "mile"),
    ("kwh", "kilowatthour kilowatthours"),
    ("kw", "kilowatt kilowatts"),
    ("mwh", "megawatthour megawatthours"),
    ("eur", "euro euros €"),
    ("usd", "dollar dollars $"),
    ("gbp", "£"),
    ("inr", "rupee rupees rs ₹"),
    ("chf", "francs franken"),
)
_UNIT_OF = {fold(word): unit for unit, words in _UNITS for word in (unit, *words.split())}
_KINDS = {
    **dict.fromkeys(("seconds", "minutes", "hours", "days", "weeks", "months", "years"), "time"),
    **dict.fromkeys(("kg", "g"), "mass"),
    **dict.fromkeys(("km", "miles"), "way"),
    **dict.fromkeys(("kwh", "mwh"), "energy"),
    **dict.fromkeys(("eur", "usd", "gbp", "inr", "chf"), "money"),
}
_BRACKETS = re.compile(r"[(\[](.*?)[)\]]")
_PAYING = frozenset(("pay", "pays", "paid", "paying", "cost", "costs", "costing"))
_GOES_ON = frozenset(("of", "old", "ago"))


def unit_of(word: str) -> str:
    """The unit that a folded word names; "" for another word."""
    return _UNIT_OF.get(word, "")


def column_unit(column: Column) -> str:
    """What its name says in brackets, or as a plural or a currency behind other words; "" else."""
    if not column.is_numeric:
        return ""
    inside = [t.folded for part in _BRACKETS.findall(column.name) for t in tokens(part)]
    signs = [sign for sign in column.name if sign in "€$£₹"]
    if found := next((u for word in (*inside, *signs) if (u := unit_of(word))), ""):
        return found
    words = [t.folded for t in tokens(spaced(column.name))]
    return next(
        (
            u
            for w in reversed(words)
            if (u := unit_of(w)) and (w == u or w in ("yrs", "hrs", "mins"))
        ),
        "",
    )


def claim_units(reading: Reading, table: Table) -> None:
    """Claims of kind `unit` behind amounts, where columns of the table are written in it."""
    for claim in reading.of("amount"):
        at = claim.end
        unit = unit_of(reading.tokens[at].folded) if at < len(reading.tokens) else ""
        follows = reading.tokens[at + 1].folded if at + 1 < len(reading.tokens) else ""
        if not unit or follows in _GOES_ON or not reading.is_free(at, at + 1):
            continue
        written = [column for column in table.columns if column_unit(column) == unit]
        is_name = any(follows in name_words(column.name) for column in written)  # Years in Company
        if written and not is_name:
            reading.claim(at, at + 1, "unit", unit)
            _claim_verb(reading, claim.start - 1, written)


def claim_written_units(reading: Reading, table: Table) -> None:
    """`total consumption in kWh`: the unit that a column is written in says nothing new."""
    written = {column_unit(column) for column in table.columns} - {""}
    for at in reading.free():
        is_behind = at > 0 and reading.tokens[at - 1].folded == "in"
        if is_behind and unit_of(reading.tokens[at].folded) in written:
            reading.claim(at, at + 1, "filler", reading.tokens[at].folded)


def claim_paying(reading: Reading) -> None:
    """`pay more than £30`: the amount says the same."""
    for claim in reading.of("amount"):
        at = claim.start - 1
        is_free = at >= 0 and reading.is_free(at, at + 1)
        if claim.meaning.is_money and is_free and reading.tokens[at].folded in _PAYING:
            reading.claim(at, at + 1, "filler", reading.tokens[at].folded)


def _claim_verb(reading: Reading, at: int, written: list[Column]) -> None:
    """`stayed` more than 5 days, of a Length of Stay."""
    if at < 0 or not reading.is_free(at, at + 1):
        return
    verb = reading.tokens[at].folded
    if any(reading.tokens[at].stem in name_words(column.name) for column in written):
        return  # a Unit Price over 300 euros is named
    if any(
        is_form_of(verb, word) or is_same_deed(verb, word)
        for column in written
        for word in name_words(column.name)
    ):
        reading.claim(at, at + 1, "filler", verb)


def said_unit(reading: Reading, start: int, end: int) -> str:
    """The unit within or right behind these tokens; "" without one."""
    near = reading.tokens[start : end + 1]
    return next((unit for token in near if (unit := unit_of(token.folded))), "")


def is_other(unit: str, column: Column) -> bool:
    """The column is written in another unit of that kind, so figures do not compare."""
    own = column_unit(column)
    return bool(unit and own and unit != own and _KINDS[unit] == _KINDS[own])
