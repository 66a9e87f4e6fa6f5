"""Which stored texts the words of a question mean, spelling differences forgiven."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.knowledge.adapters.data_query.spelling import is_of_word, words

MOST_WORDS = 80
LONGEST_PHRASE = 6
MOST_MATCHES = 30
_SEVERAL = 5
"""Values that one phrase may mean in one way; what is in more of them names none."""
_SAME, _SPELT_OTHERWISE, _INFLECTED = 1.0, 0.98, 0.95
_CLOSE = 0.8
_PART = 0.6
_SHORTEST_GUESS = 4
_SHORTEST_PART = 3
_DIGITS = re.compile(r"\d+")
_SMALL_WORDS = frozenset(
    words(
        "a about above all also am an and any are as at average avg be been below best between by can "
        "compare compared count did do does each every few find first for from get give had has have "
        "highest how i in into is it its last least less list lowest many max maximum me mean median "
        "min minimum more most much my no not number of off on only or other our out over per please "
        "same share show some sum tell than that the their them then there these they this those to "
        "top total under up us was we were what when where which who whose why will with year yes you "
        "alle am auf aus bei das dem den der des die durchschnitt ein eine einem einen einer es für "
        "gib hat im ist mit nach pro sind summe und viel viele von war was welche welcher welches wer "
        "wie wo zeige zu au aux avec ce combien dans de du elle en est et il la le les moyenne par "
        "pour quel quelle quelles quels qui que somme son sur un une al con cuál cuántos cuántas del "
        "el es hay las los para por promedio qué quién se según sin su suma una y"
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """A stored text and where it is."""

    table: str
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Named:
    """A match. words: as the question has them."""

    place: Place
    words: str
    score: float


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words `first` to `end` of the question; text: folded."""

    first: int
    end: int
    raw: str
    text: str
    is_telling: bool  # neither begins nor ends with a small word


def linked(question: str, places: dict[str, list[Place]]) -> list[Named]:
    """Best first, at most MOST_MATCHES. places: by their folded text."""
    found: list[Named] = []
    open_phrases: list[_Phrase] = []
    covered: set[int] = set()
    for phrase in _phrases(question):  # longest first
        inside = range(phrase.first, phrase.end)
        if covered.issuperset(inside):
            continue
        if exact := _exact(phrase, places):
            found += exact
            covered.update(inside)
        else:
            open_phrases.append(phrase)
    guessed = _guessed([phrase for phrase in open_phrases if phrase.is_telling], places, covered)
    found += guessed
    return _best(found)


def _guessed(
    phrases: list[_Phrase], places: dict[str, list[Place]], covered: set[int]
) -> list[Named]:
    """Misspelt ones first; what is in none of them may be a part of something."""
    found: list[Named] = []
    by_length = _by_length(places) if phrases else {}
    for phrase in phrases:
        inside = range(phrase.first, phrase.end)
        if covered.isdisjoint(inside) and (close := _close(phrase, places, by_length)):
            found += close
            covered.update(inside)
    left = [each for each in phrases if covered.isdisjoint(range(each.first, each.end))]
    return found + _parts(left, places)


def _phrases(question: str) -> Iterator[_Phrase]:
    spans = list(_spans(question))[:MOST_WORDS]
    folds = [" ".join(words(question[start:end])) for start, end in spans]
    for length in range(min(LONGEST_PHRASE, len(spans)), 0, -1):
        for first in range(len(spans) - length + 1):
            end = first + length
            edges = ((folds[first], spans[first]), (folds[end - 1], spans[end - 1]))
            yield _Phrase(
                first=first,
                end=end,
                raw=question[spans[first][0] : spans[end - 1][1]],
                text=" ".join(fold for fold in folds[first:end] if fold),
                is_telling=not any(_is_small(fold, question[slice(*at)]) for fold, at in edges),
            )


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the words are: runs of letters with their marks, and digits."""
    borders = [0, *(n for n in range(1, len(text)) if _differ(text[n - 1], text[n])), len(text)]
    for start, end in pairwise(borders):
        if start < end and is_of_word(text[start]):
            yield start, end


def _differ(one: str, other: str) -> bool:
    return is_of_word(one) != is_of_word(other)


def _is_small(fold: str, raw: str) -> bool:
    """IT and US are names, it and us are none."""
    return fold in _SMALL_WORDS and not (len(raw) > 1 and raw.isupper())


def _exact(phrase: _Phrase, places: dict[str, list[Place]]) -> list[Named]:
    if phrase.end - phrase.first == 1 and not phrase.is_telling:
        return []
    for text in (phrase.text, *_inflections(phrase.text)):
        if text in places:
            same = _SPELT_OTHERWISE if text == phrase.text else _INFLECTED
            return [
                Named(place, phrase.raw, _SAME if _is_same(place, phrase) else same)
                for place in places[text]
            ]
    return []


def _is_same(place: Place, phrase: _Phrase) -> bool:
    return place.value.casefold() == phrase.raw.casefold()


def _inflections(text: str) -> Iterator[str]:
    """Singulars and plurals, of English for the most part."""
    if len(text) > _SHORTEST_PART:
        if text.endswith("ies"):
            yield f"{text[:-3]}y"
        yield from (text[: -len(end)] for end in ("es", "s") if text.endswith(end))
        if text.endswith("y"):
            yield f"{text[:-1]}ies"
        yield from (f"{text}s", f"{text}es")


def _by_length(places: Iterable[str]) -> dict[int, list[str]]:
    kept: dict[int, list[str]] = defaultdict(list)
    for text in places:
        kept[len(text)].append(text)
    return kept


def _close(
    phrase: _Phrase, places: dict[str, list[Place]], by_length: dict[int, list[str]]
) -> list[Named]:
    """Misspelt: a few letters wrong, missing, added or swapped. Numbers are never misspelt."""
    if len(phrase.text) < _SHORTEST_GUESS:
        return []
    found = [each for text in _singular(phrase.text) for each in _near(text, by_length)]
    return [
        Named(place, phrase.raw, round(score * _INFLECTED, 3))
        for text, score in found
        if _DIGITS.findall(text) == _DIGITS.findall(phrase.text)
        for place in places[text][:_SEVERAL]
    ]


def _singular(text: str) -> list[str]:
    return [text, text[:-1]] if len(text) > _SHORTEST_GUESS and text.endswith("s") else [text]


def _near(text: str, by_length: dict[int, list[str]]) -> list[tuple[str, float]]:
    spread = max(1, round(len(text) * (1 - _CLOSE)))
    lengths = range(len(text) - spread, len(text) + spread + 1)
    among = [each for length in lengths for each in by_length.get(length, ())]
    found = process.extract(
        text, among, scorer=OSA.normalized_similarity, score_cutoff=_CLOSE, limit=_SEVERAL
    )
    return [(each, score) for each, score, _ in found]


def _parts(phrases: list[_Phrase], places: dict[str, list[Place]]) -> list[Named]:
    """Whole words of a longer text, where few have them."""
    wanted = {word for phrase in phrases for word in phrase.text.split()}
    having: dict[str, set[str]] = defaultdict(set)
    for text in places:
        for word in text.split():
            if word in wanted:
                having[word].add(text)
    found: list[Named] = []
    for phrase in phrases:
        if len(phrase.text) < _SHORTEST_PART:
            continue
        texts = set.intersection(*(having.get(word, set()) for word in phrase.text.split()))
        among = [text for text in texts if f" {phrase.text} " in f" {text} "]
        if 0 < len(among) <= _SEVERAL:
            found += [
                Named(place, phrase.raw, round(_PART + 0.3 * len(phrase.text) / len(text), 3))
                for text in among
                for place in places[text][:_SEVERAL]
            ]
    return found


def _best(found: list[Named]) -> list[Named]:
    """Each place once."""
    ranked = sorted(found, key=lambda named: (-named.score, -len(named.words), named.place.value))
    once: dict[Place, Named] = {}
    for named in ranked:
        once.setdefault(named.place, named)
    return list(once.values())[:MOST_MATCHES]
