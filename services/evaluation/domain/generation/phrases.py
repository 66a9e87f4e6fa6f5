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
    north south east west northern southern eastern western central
    whoever whatever anyone anybody everyone everybody someone somebody people half parts part
""")
_DETERMINERS = frozenset({"the", "a", "an", "his", "your", "our", "my", "their", "its"})
_WITHIN = re.compile(r"(?<=[a-zß-ÿ,] )[^\W\d_a-zß-ÿ][\w’'&./-]*")
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
            small.update(word for word in WORD.findall(text) if word[:1].islower())
            large.update(_WITHIN.findall(text))
        return cls(frozenset(small), frozenset(word.casefold() for word in large))

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
        runs = re.findall(
            r"(?:[^\W\d_a-zß-ÿ][\w’'.-]*)(?:(?:[ ](?:of|the|de|du|von|der|la|"
            r"and)){0,2}[ ](?:[^\W\d_a-zß-ÿ][\w’'.-]*))*",
            phrase,
        )
        bare = [re.sub(r"[’']s?$", "", run.rstrip(".")) for run in runs]
        kept = [run for run in bare if self._is_name(run)]
        return sorted(kept, key=len, reverse=True)

    def _is_name(self, run: str) -> bool:
        return " " in run or (len(run) > 1 and run.casefold() not in self.small)


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
