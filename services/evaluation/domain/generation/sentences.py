"""The sentences of a passage that say something by themselves; menus, tables and code are passed over."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from services.evaluation.domain.wording import CLOSERS, SPACELESS, TERMINATORS, words

_ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof st sr jr vs etc e.g i.e cf al fig figs no nos vol pp p art sec ch approx dept est inc ltd
    co corp gen col sgt capt lt rev hon jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m u.s u.k d.c
    ca bzw z.b d.h u.a usw nr abs hr fr bd sra av sres ej pág mme mlle
    """.split()  # noqa: SIM905 - seventy quoted words read worse
)
_BEFORE_ORDINALS = frozenset(
    {"am", "vom", "zum", "der", "den", "dem", "des", "im", "seit", "bis", "ab", "die", "das"}
)
"""In German: "am 3. August"."""
_WRAPPED = 40
"""Characters: a line of at least so many may go on in the next one."""
_NOISE = re.compile(
    r"https?://|www\.|[{}<>|\\=_~^•·►»«]{2}|[{}<>|\\=~^\t©®]|\.{4}|…|cookie|^see |^note that|^click|"
    r"click here|javascript|subscribe|"
    r"all rights reserved|lorem ipsum|\b(?:fig(?:ure)?|table|abbildung|tabelle|figura|tabla|tableau)\.? \d|"
    r"\bpage \d+ of\b|\b(?:see|shown|described|noted|listed) (?:above|below)\b|\bet al\b|\(\d+\)|â€|�",
    re.IGNORECASE,
)
CITATIONS = re.compile(r"(?:\[[\w ]{1,24}\])+")
"""As encyclopaedias have them behind sentences: [12]."""
_LEGEND = re.compile(r"(?:[\"“][^\"”]{1,30}[\"”][^\"“]{1,40},? ?){3}")
"""As of a chart: what each sign stands for."""
_LABEL = re.compile(r"[A-Z]{5,} [A-Z][a-z]")
"""As of an abstract's parts: "RESULTS Patients ..."."""
_FORMULA = re.compile(r"\s[a-zA-Z]\s[-+*/]\s|\d\s?[-+*/]\s?\d\s?[-+*/]")
_LIST_MARK = re.compile(r"^(?:[-*•·–—▪]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+")
_GLUED = re.compile(r"(?:\b[A-Z]{2,}\b[ ,]+){3}|[a-z]{4}\. [a-z]|\w\+ |^(\w+) \1\b")
"""Running heads and glossary entries that fell among the words."""
LONGEST = 500
FEWEST_WORDS, MOST_WORDS = 6, 45
LEAST_LETTERS = 0.75


def sentences_of(text: str, headings: Collection[str] = ()) -> list[str]:
    """In order, white space as single blanks; a line that only wraps goes on in the next one.

    headings: lines that stand alone, though nothing ends them.
    """
    return [sentence for paragraph in _paragraphs(text, headings) for sentence in _cut(paragraph)]


def is_statement(sentence: str) -> bool:
    """Whether it can be asked about: whole, mostly words, no question, no navigation."""
    sentence = CITATIONS.sub("", sentence)
    bare = sentence.rstrip("".join(CLOSERS))
    if not bare or bare[-1] not in TERMINATORS or bare[-1] in "?？؟…":
        return False
    if len(sentence) > LONGEST or _GLUED.search(sentence):
        return False
    if (
        _LEGEND.match(sentence)
        or _NOISE.search(sentence)
        or _FORMULA.search(sentence)
        or not _starts_well(sentence)
    ):
        return False
    return _is_long_enough(sentence) and _is_mostly_letters(sentence) and _is_closed(sentence)


def _paragraphs(text: str, headings: Collection[str]) -> Iterator[str]:
    held = ""
    for raw in text.splitlines():
        line = " ".join(raw.split())
        goes_on = bool(line) and bool(held) and held not in headings and _goes_on(held, line)
        if held and not goes_on:
            yield held
            held = ""
        if goes_on:
            held = f"{held} {line}"
        elif line:
            held = _LIST_MARK.sub("", line.lstrip("#> "))
    if held:
        yield held


def _goes_on(held: str, line: str) -> bool:
    if _LIST_MARK.match(line) or line.startswith(("#", "|")):
        return False
    is_ended = held.rstrip("".join(CLOSERS))[-1:] in TERMINATORS
    return not is_ended and (line[0].islower() or len(held) >= _WRAPPED)


def _cut(paragraph: str) -> Iterator[str]:
    start = 0
    for at, letter in enumerate(paragraph):
        if letter in TERMINATORS and at >= start and _ends(paragraph, start, at):
            end = at + 1
            while end < len(paragraph) and paragraph[end] in CLOSERS:
                end += 1
            cited = CITATIONS.match(paragraph, end)
            end = cited.end() if cited else end
            yield paragraph[start:end].strip()
            start = end
    if rest := paragraph[start:].strip():
        yield rest


def _ends(paragraph: str, start: int, at: int) -> bool:
    behind = paragraph[at + 1 :].lstrip("".join(CLOSERS) + "".join(TERMINATORS))
    behind = CITATIONS.sub("", behind[:60], count=1) if behind.startswith("[") else behind
    if paragraph[at] not in ".!?…":
        return True
    if behind and not behind[0].isspace():
        return False
    following = behind.lstrip()[:1]
    if following.islower():
        return False
    if paragraph[at] != ".":
        return True
    before = paragraph[start:at].split()
    word = before[-1].lstrip("(\"'“‘[").casefold() if before else ""
    is_initial = len(word) == 1 and word.isalpha()
    is_ordinal = word.isdigit() and len(before) > 1 and before[-2].casefold() in _BEFORE_ORDINALS
    return not (is_initial or is_ordinal or word in _ABBREVIATIONS)


def _starts_well(sentence: str) -> bool:
    first = sentence.lstrip("".join(CLOSERS) + "“‘„¿¡(")[:1]
    return first.isalnum() and not first.islower() and not _LABEL.match(sentence)


def _is_long_enough(sentence: str) -> bool:
    count = len(words(sentence))
    if sum(is_spaceless(letter) for letter in sentence) > len(sentence) / 3:
        return 2 * FEWEST_WORDS <= count <= 3 * MOST_WORDS
    return FEWEST_WORDS <= count <= MOST_WORDS


def is_spaceless(letter: str) -> bool:
    """Of a script without blanks between words."""
    return letter > "\u0e00" and unicodedata.name(letter, "").startswith(SPACELESS)


def _is_mostly_letters(sentence: str) -> bool:
    seen = [letter for letter in sentence if not letter.isspace()]
    letters = sum(unicodedata.category(letter)[0] in "LM" for letter in seen)
    shouted = sum(letter.isupper() for letter in seen)
    return letters >= LEAST_LETTERS * len(seen) and shouted <= 0.3 * len(seen)


def _is_closed(sentence: str) -> bool:
    pairs = (("(", ")"), ("[", "]"), ("“", "”"), ("„", "“"))
    balanced = all(sentence.count(left) == sentence.count(right) for left, right in pairs[:2])
    return balanced and sentence.count('"') % 2 == 0 and not re.search(r"\w- \w", sentence)
