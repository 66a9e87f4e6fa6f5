"""What a passage is about, as a phrase: its heading, or a rare name in a sentence."""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise, zip_longest

from services.evaluation.domain.generation.phrases import (
    Casing,
    is_subject,
    points_elsewhere,
    words_in,
)
from services.evaluation.domain.generation.sentences import is_spaceless
from services.evaluation.domain.wording import words

LONG_WORD = 8
LEAST_NAME = 4
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
    r"North|South|East|West|.*-[a-z]+|.*(?:ish|ese|ian|ic|an|al|ch|sh|day|stag|’s|'s)$|(?:German|Dutch|Europe|America|"
    r"United States|Africa|Asia"
    r"|Europa|January|February|March|April|May|June|July|August|September|October|November|December)$"
)
"""Of one word: more likely a nationality or a style than a thing that is told of."""
_ENGLISH_SUBJECT = re.compile(
    r"([A-Z][^,;:()]{3,60}?) (?:is|are|was|were|can|may|must|should|will|has|have|had|cannot|costs?|"
    r"takes?|pays?) "
)
_QUOTATION = re.compile(r"[“\"«„][^“”\"»“]*[”\"»“]")
_BESIDE = re.compile(
    r"(?<=\w),? (?:when|where|while|after|before|because|although|though|whom|whose|until|unless|since|als|"
    r"wenn|nachdem|bevor|weil|obwohl|quand|lorsque|après|avant|parce|cuando|mientras|porque|aunque) "
)
"""What follows is told beside the point: a name in it is not what the sentence is about."""
_GOES_ON = re.compile(
    r"(?:For (?:example|instance)|However|But|Also|Thus|Therefore|Hence|Despite|In contrast|Conversely"
    r"|Similarly|Moreover|Furthermore|In addition|Additionally|As a result|Consequently|Otherwise|Instead"
    r"|Even before|Soon|Then|At the time|Contrary to|With both|Because of)\b"
)
"""It needs the sentence before."""
_FUNCTION_WORDS = words_in("""
    is was are were has had have can may must will would did does and or but in on at of to for from by
    with as that which who when where und oder ist war hat im am an auf für von zu mit y o es era fue en de a
    por con et ou est était à dans pour par avec sur qui que
""")
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
    if points_elsewhere(" ".join(sentence.split()[:4])) or _GOES_ON.match(sentence):
        return ""
    main = _BESIDE.split(_QUOTATION.sub("“”", sentence))[0]
    inner = main.split(" ", 1)[-1]  # the first word is written large whatever it is
    names = [
        name
        for name in casing.names_in(inner)
        if LEAST_NAME <= len(name) <= 60
        and len(name.split()) <= 6
        and 1 <= rarity(name) <= RARE
        and not _ADJECTIVE.fullmatch(name)
        and _stands_by_itself(name, inner)
    ]
    if language == "de":  # every noun is written large: the longest are the most telling
        names = [name for name in names if len(name) >= 8]
    if not names:
        return _subject(sentence, language, casing, rarity)
    return _with_another(names[0], main, casing) if language == "en" else names[0]


def _with_another(name: str, sentence: str, casing: Casing) -> str:
    """Two names in the sentence's order say which of all that is told of the one is meant."""
    first = sentence.split(" ", 1)[0]
    is_name = first.casefold() in casing.large and first not in casing.small
    others = [*([first] if is_name else []), *casing.names_in(sentence.split(" ", 1)[-1])]
    fitting = [
        each
        for each in others
        if not set(words(each)) & set(words(name))
        and " and " not in f"{each} {name}"
        and len(each) >= LEAST_NAME
        and not _ADJECTIVE.fullmatch(each)
        and _stands_by_itself(each, sentence)
    ]
    if not fitting:
        return name
    return " and ".join(sorted([fitting[0], name], key=sentence.find))


def _stands_by_itself(name: str, sentence: str) -> bool:
    """Not as a part of something else: "the Turing machine", "the Camden 28"."""
    found = re.search(rf"(?<![\w-]){re.escape(name)}(?P<after>(?: \w+)?)", sentence)
    after = found["after"].strip() if found else ""
    if " " in name:
        return bool(found) and not after[:1].isdigit()
    return bool(found) and (not after or after.casefold() in _FUNCTION_WORDS)


def _subject(sentence: str, language: str, casing: Casing, rarity: Callable[[str], int]) -> str:
    """What an English sentence is about, where a word of it is rare."""
    found = _ENGLISH_SUBJECT.match(sentence) if language == "en" else None
    phrase = found[1] if found else ""
    said = phrase.casefold().split()
    is_bare = said[:1] == ["the"] and len(said) <= 3 and not casing.names_in(phrase)
    is_telling = (
        not is_bare
        and (" " in phrase or len(phrase) >= LONG_WORD)
        and max(map(len, phrase.split()), default=0) >= 5
        and 1 <= rarity(phrase) <= RARE
    )
    return casing.inside(phrase) if is_telling and _is_noun_phrase(phrase) else ""


def _is_noun_phrase(phrase: str) -> bool:
    return is_subject(phrase, most_words=6) and not {"that", "which", "who"} & set(phrase.split())


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
