"""English sentences turned into questions by their own words: only where their shape leaves no doubt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.evaluation.domain.generation.english_builds import Match
from services.evaluation.domain.generation.english_shapes import RULES
from services.evaluation.domain.generation.phrases import (
    Casing,
    is_subject,
    points_elsewhere,
    words_in,
)
from services.evaluation.domain.generation.verbs import PAST, REPORTING, THIRD

_FINITE = words_in("""
    is are was were be been has have had can could may might must will would shall should do does did
    not came went
    said rose fell began stood became died lived worked happened occurred remained appeared continued seemed
    thought felt wanted tried started ended that which who where when while because if
""")
_NOUNS = words_in("""
    forms states uses reports claims records plays names rules orders needs costs places studies limits tests
    values prices lists covers supports targets plans marks runs shows trains stores presents seeks
""")
"""Of words that may be a verb: those that a subject may have as a noun."""
UNCLEAR = 0.5
"""How much surer a question would be, whose subject said more."""
USELESS = 0.25
"""The same for "what does X say?", which a whole document may answer."""
OPENED = 0.97
_OPENING = re.compile(
    r"(?P<opening>(?:In|On|At|During|Since|By|Until|From|Between|Within|Under|Throughout)"
    r" [^,;:()“”\"]{3,60}), (?P<rest>[a-zA-Z\d].+)"
)
_ASIDE = re.compile(
    r" \([^()]*\)|, (?:such as|including|like) [^,]+,(?= (?:is|are|was|were|can|may|must|have) )"
)
_VAGUE_SUBJECT = words_in("""
    the a an some many several most recent previous further other results result studies study data findings
    research evidence analysis analyses experiments experiment investigators researchers scientists
    authors critics people report reports sources observers
""")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and how sure it is to be a good one, 0 to 1."""

    question: str
    quality: float


def english_questions(sentence: str, casing: Casing) -> list[Asked]:
    """Those that the sentence answers, best first; none where its shape is not known."""
    text = _ASIDE.sub("", sentence.strip("“”\"'").rstrip(".!"))
    found = [*_asked(text, casing), *_asked_of_its_rest(text, casing)]
    return sorted(found, key=lambda each: -each.quality)


def _asked(text: str, casing: Casing) -> Iterator[Asked]:
    for pattern, built, quality in RULES:
        match = pattern.match(text)
        question = built(match, casing) if match and _has_subject(match) else None
        if match and question and _reads_well(question):
            yield Asked(question, quality * _weight(match, casing))


def _asked_of_its_rest(text: str, casing: Casing) -> Iterator[Asked]:
    """Time and place that open the sentence close the question: "... in July 1997?"."""
    found = _OPENING.match(text)
    if not found or not _says_where_or_when(found["opening"], casing):
        return
    opening, rest = found["opening"], found["rest"]
    for asked in _asked(rest[0].upper() + rest[1:], casing):
        question = f"{asked.question[:-1]} {opening[0].lower()}{opening[1:]}?"
        if not asked.question.startswith(("When", "Since when")) and _reads_well(question):
            yield Asked(question, asked.quality * OPENED)


def _says_where_or_when(opening: str, casing: Casing) -> bool:
    said = opening.partition(" ")[2]
    is_telling = bool(casing.names_in(said)) or any(map(str.isdigit, said))
    return is_telling and not points_elsewhere(said)


def _has_subject(match: Match) -> bool:
    subject = match.groupdict().get("s")
    if subject is None:
        return True
    if match.groupdict().get("m"):  # what holds for any: "a loan can be renewed"
        subject = re.sub(r"^An? ", "", subject)
    said = subject.casefold().split()
    is_vague = set(said) <= _VAGUE_SUBJECT
    return not is_vague and is_subject(subject) and not any(map(_is_verb, said[1:]))


def _is_verb(word: str) -> bool:
    return word in _FINITE or word in PAST or (word in THIRD and word not in _NOUNS)


def _weight(match: Match, casing: Casing) -> float:
    """Less for a subject that may be anything: "the match", or one word that did something once."""
    said = match.groupdict().get("s", "").casefold().split()
    is_bare = len(said) == 2 and said[0] == "the" and not casing.names_in(match["s"])
    verb = match.groupdict().get("v")
    if len(said) == 1 and THIRD.get(verb or "") in REPORTING:
        return USELESS
    is_event = len(said) == 1 and verb in PAST
    return UNCLEAR if is_bare or is_event else 1.0


def _reads_well(question: str) -> bool:
    if re.search(r"[/|.][ /|]|[a-z]\.[A-Z]", question):
        return False
    return 4 <= len(question.split()) <= 24 and not points_elsewhere(question.partition(" ")[2])
