"""What a passage is about, as a phrase: its heading, or a rare name in a sentence."""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise, zip_longest

from services.evaluation.domain.generation.phrases import Casing, is_subject, points_elsewhere
from services.evaluation.domain.generation.sentences import is_spaceless
from services.evaluation.domain.wording import words

LONG_WORD = 8
RARE = 2
"""In at most so many of the passages: else the document says more about it elsewhere."""
_GENERIC = re.compile(
    r"(?:\d[\d.]*|introduction|overview|contents|table of contents|summary|conclusions?|abstract|"
    r"background|notes?|"
    r"references|appendix|index|home|about|menu|misc(?:ellaneous)?|general|other|see also|external links|faq|"
    r"einleitung|inhalt|übersicht|zusammenfassung|introducción|índice|resumen|sommaire|résumé|untitled|title|"
    r"page \d+|slide \d+|chapter \d+|section \d+|part \w+|sheet\s?\d+)\W*",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(
    r".*-[a-z]+|.*(?:ish|ese|ian|ic|an|al|ch|sh|day|stag|’s|'s)$|(?:German|Dutch|Europe|America|"
    r"United States|Africa|Asia"
    r"|Europa|January|February|March|April|May|June|July|August|September|October|November|December)$"
)
"""Of one word: more likely a nationality or a style than a thing that is told of."""
_ENGLISH_SUBJECT = re.compile(
    r"([A-Z][^,;:()]{3,60}?) (?:is|are|was|were|can|may|must|should|will|has|have|had|cannot|costs?|"
    r"takes?|pays?) "
)
_MARKS = re.compile(r"^[\W\d_]+|[\W_]+$")
_QUOTED = re.compile(r"[「『《“«„\"]([^「『《“«„\"」』》”»]{2,24})[」』》”»\"]")
_CLAUSE = re.compile(r"[、，,。；;：:（(]")


def sections_of(text: str, heading: str) -> list[tuple[str, str]]:
    """What stands under the passage's heading, and under lines within it that look like one."""
    sections: list[tuple[str, list[str]]] = [(heading, [])]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        if _looks_like_heading(line, following):
            sections.append((line, []))
        else:
            sections[-1][1].append(line)
    return [(path, "\n".join(below)) for path, below in sections if below]


def _looks_like_heading(line: str, following: str) -> bool:
    is_short = len(line) <= 60 and len(line.split()) <= 8 and line[:1].isupper()
    is_plain = line[-1].isalnum() and not re.search(r"[|\t,;:]|\d{3}", line)
    return is_short and is_plain and len(following) >= 60 and following[:1].isupper()


def heading_topic(path: str, title: str) -> str:
    """The innermost heading that says something; empty where none does."""
    for heading in reversed(path.split(" > ")):
        bare = " ".join(_MARKS.sub("", heading).split())
        count = len(bare.split())
        said = set(words(bare))
        is_told = said <= set(words(title)) or set(words(title)) <= said
        if 3 <= len(bare) <= 80 and count <= 10 and not is_told and not _GENERIC.fullmatch(bare):
            return "" if bare.endswith(("?", ".", ":")) or "|" in bare else bare
    return ""


def topic_of(sentence: str, language: str, casing: Casing, rarity: Callable[[str], int]) -> str:
    """A phrase of the sentence that is found in few passages; empty where it has none."""
    if language in {"zh", "ja", "th"} or sum(map(is_spaceless, sentence)) > len(sentence) / 3:
        return _spaceless(sentence)
    if language in {"hi", "ar", "he", "ko"}:
        return _caseless(sentence, rarity)
    return _named(sentence, language, casing, rarity)


def _named(sentence: str, language: str, casing: Casing, rarity: Callable[[str], int]) -> str:
    if points_elsewhere(" ".join(sentence.split()[:4])):
        return ""
    inner = sentence.split(" ", 1)[-1]  # the first word is written large whatever it is
    names = [
        name
        for name in casing.names_in(inner)
        if 4 <= len(name) <= 60
        and len(name.split()) <= 6
        and 1 <= rarity(name) <= RARE
        and not _ADJECTIVE.fullmatch(name)
    ]
    if language == "de":  # every noun is written large: the longest are the most telling
        names = [name for name in names if len(name) >= 8]
    return names[0] if names else _subject(sentence, language, casing, rarity)


def _subject(sentence: str, language: str, casing: Casing, rarity: Callable[[str], int]) -> str:
    """What an English sentence is about, where a word of it is rare."""
    found = _ENGLISH_SUBJECT.match(sentence) if language == "en" else None
    phrase = found[1] if found else ""
    is_telling = (
        (" " in phrase or len(phrase) >= LONG_WORD)
        and max(map(len, phrase.split()), default=0) >= 5
        and 1 <= rarity(phrase) <= RARE
    )
    return casing.inside(phrase) if is_telling and is_subject(phrase, most_words=6) else ""


def _caseless(sentence: str, rarity: Callable[[str], int]) -> str:
    rows = sentence.rstrip("।.؟! ").split()
    pairs = [f"{one} {two}" for one, two in pairwise(rows)]
    kept = [
        pair
        for pair in pairs
        if min(map(len, pair.split())) >= 4
        and all(unicodedata.category(letter)[0] in "LM" for letter in pair.replace(" ", ""))
        and rarity(pair) <= RARE
    ]
    return max(kept, key=len, default="")


def _spaceless(sentence: str) -> str:
    if quoted := _QUOTED.search(sentence):
        return quoted[1]
    clause = _CLAUSE.split(sentence)[0].strip()
    return clause if 3 <= len(clause) <= 16 else ""
