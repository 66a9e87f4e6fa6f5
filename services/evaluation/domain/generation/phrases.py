"""What a phrase is worth in a question: whether it stands by itself, and how it is written inside one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


def words_in(text: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(text.split())


_POINTING = words_in("""
    he she it they him her them his hers its their theirs himself herself itself themselves this these
    those such former latter here there another other others same ones who whom whose which what i me my
    we us our ours mine however therefore thus then said aforementioned above below
""")
_FIRST_DENIED = words_in("""
    a an some many most all both each every few several much more less none nobody nothing one two three
    four five six seven eight nine ten in on at by for from with without of to after before although
    though while when where if unless since because as and but or nor so yet also even only just still
    during until under over about despite instead besides additionally furthermore moreover meanwhile
    today yesterday finally first second third next later earlier now often sometimes usually generally
    typically not no either neither rather like unlike once perhaps maybe please according due given
    based using following including having being as that how why whether
    long soon north south east west northern southern eastern western central
    whoever whatever anyone anybody everyone everybody someone somebody people half parts part
""")
_JOINING = frozenset({"of", "the", "de", "du", "von", "der", "la", "and", "und", "y", "et"})
_DETERMINERS = frozenset({"the", "a", "an", "his", "your", "our", "my", "their", "its"})
WORD = re.compile(r"[^\W_][\w’'&./-]*")


@dataclass(frozen=True, slots=True)
class Casing:
    """Which words a knowledge base writes small and which large within sentences: names are seen by that."""

    small: frozenset[str]
    large: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Casing":
        small, large = set[str](), set[str]()
        for text in texts:
            for found in WORD.finditer(text):
                word, before = found[0], text[max(0, found.start() - 2) : found.start()]
                if word[0].islower():
                    small.add(word)
                elif before[1:] == " " and (before[0].islower() or before[0] == ","):
                    large.add(word.casefold())
        return cls(frozenset(small), frozenset(large))

    def inside(self, phrase: str) -> str:
        """The phrase as it is written within a sentence."""
        first, blank, rest = phrase.partition(" ")
        return phrase if self._stays_large(first, rest) else f"{first.casefold()}{blank}{rest}"

    def _stays_large(self, first: str, rest: str) -> bool:
        word = first.casefold()
        if word in _DETERMINERS:
            return False
        goes_on = rest[:1].isupper() and rest.partition(" ")[0].istitle()
        is_name = word in self.large or (not rest and not word.endswith("s"))
        return not first.istitle() or goes_on or (is_name and word not in self.small)

    def names_in(self, phrase: str) -> list[str]:
        """Runs of words that are written large and are no words of everyday, longest first."""
        bare = [re.sub(r"[’']s?$", "", run.rstrip(".")) for run in _large_runs(phrase)]
        return sorted(filter(self._is_name, bare), key=len, reverse=True)

    def _is_name(self, run: str) -> bool:
        return " " in run or (len(run) > 1 and run.casefold() not in self.small)


def _large_runs(phrase: str) -> list[str]:
    """Words written large that stand side by side, small ones such as "of" between them."""
    runs: list[tuple[int, int]] = []
    small_words = 0
    end = -1
    for found in WORD.finditer(phrase):
        gap = phrase[end : found.start()]
        if not found[0][0].isupper():
            small_words = small_words + 1 if gap == " " and found[0] in _JOINING else 3
        elif runs and gap == " " and small_words <= 2:
            runs[-1] = (runs[-1][0], found.end())
            small_words = 0
        else:
            runs.append((found.start(), found.end()))
            small_words = 0
        end = found.end()
    return [phrase[start:stop] for start, stop in runs]


def points_elsewhere(phrase: str) -> bool:
    """Whether it needs what was said before: "he", "these", "the former"."""
    return any(word.casefold() in _POINTING for word in WORD.findall(phrase))


def is_subject(phrase: str, *, most_words: int = 9) -> bool:
    """Whether it can be asked about: a short noun phrase that stands by itself."""
    said = [word.casefold() for word in WORD.findall(phrase)]
    if not 1 <= len(said) <= most_words or points_elsewhere(phrase):
        return False
    if said[0] in _FIRST_DENIED or re.search(r"[,;:()\"“”–—]", phrase):
        return False
    if said[0].endswith("ing") and len(said) > 1:
        return False
    is_cut = said[-1] in {"that", "which", "who", "while", "because", "if", "and", "also", "of"}
    return not is_cut and not said[-1].endswith("ly")
