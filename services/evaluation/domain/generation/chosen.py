"""Which facts become cases: different ones, from all over the knowledge base, the surest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.evaluation.domain.generation.facts import Fact, Facts
from services.evaluation.domain.generation.phrases import words_in
from services.evaluation.domain.wording import words

SAME = 0.7
"""Share of words from which on two questions ask the same."""
_STEPS = (
    (0.7, False),
    (0.7, True),
    (0.5, False),
    (0.4, False),
    (0.5, True),
    (0.3, False),
    (0.3, True),
    (0.0, False),
    (0.0, True),
)
"""Least quality, and whether a passage may give a second one."""
FEW = 8
"""Facts of any quality: a suite of so few is better than none."""
_ASKING = words_in(
    "what when where who how many much did does do is are was were the a an of in to say about according"
)


@dataclass(slots=True)
class Chosen:
    """What has been asked already."""

    questions: list[frozenset[str]] = field(default_factory=list)
    sentences: set[str] = field(default_factory=set)

    def take(self, fact: Fact) -> bool:
        """Remember it; False where its sentence or its question is there already."""
        if fact.sentences & self.sentences or not self.take_question(_gist_of(fact)):
            return False
        self.sentences |= fact.sentences
        return True

    def is_free(self, fact: Fact) -> bool:
        """Whether nothing has been asked of its sentences."""
        return not fact.sentences & self.sentences

    def take_question(self, question: str) -> bool:
        """The same for a question that no sentence answers."""
        gist = frozenset(words(question)) - _ASKING or frozenset(words(question))
        if any(len(gist & other) >= SAME * len(gist | other) for other in self.questions):
            return False
        self.questions.append(gist)
        return True


def spread(facts: Sequence[Facts], chosen: Chosen, *, count: int) -> list[Fact]:
    """`count` facts or fewer, each passage in turn, so that every document has its share."""
    taken: list[Fact] = []
    used: set[int] = set()
    for least, may_repeat in _STEPS:
        count = count if least else min(count, FEW)
        for at, of_passage in enumerate(facts):
            if len(taken) >= count:
                return taken
            if at in used and not may_repeat:
                continue
            fact = _first(of_passage, chosen, least)
            if fact:
                taken.append(fact)
                used.add(at)
    return taken


def _first(facts: Iterable[Fact], chosen: Chosen, least: float) -> Fact | None:
    return next((fact for fact in facts if fact.quality >= least and chosen.take(fact)), None)


def _gist_of(fact: Fact) -> str:
    return fact.plain if fact.exact else " ".join(fact.names) or fact.question
