"""Follow-up questions: which lean on the one before, and what retrieval gains by that."""

import json
import math
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from services.assistants.domain.follow_up import WORD, leans, searched_for
from tests.unit.assistants.follow_ups import CHANGES_OF_SUBJECT, FOLLOW_UPS, Dialogue

RETRIEVAL = Path(__file__).parents[4] / "shared" / "data" / "retrieval"
PARAGRAPHS = RETRIEVAL / "xquad_mix" / "corpus.jsonl"
STANDALONE = RETRIEVAL / "xquad_en" / "queries.jsonl"
needs_paragraphs = pytest.mark.skipif(not PARAGRAPHS.exists(), reason=f"no {PARAGRAPHS}")


@pytest.mark.parametrize(
    "question",
    [
        *("And in summer?", "What about it?", "How much is its price?", "Why?", "Who built them?"),
        *("Und im Sommer?", "Was kostet es?", "Wie lange dauert sie?", "¿Y en verano?"),
        *("¿Cuánto cuesta eso?", "Et en été ?", "और गर्मियों में?", "उसकी कीमत क्या है?", "А летом?"),
        *("夏天呢?", "?"),
    ],
)
def test_questions_that_lean(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "How long is the warranty of the bicycle?",
        "When did Victoria enact its constitution?",
        "Wie lange gilt die Garantie für das Fahrrad?",
        "¿Cuánto dura la garantía de la bicicleta?",
        "साइकिल की वारंटी कितने साल की होती है?",
        "这辆自行车的保修期从什么时候开始计算?",
    ],
)
def test_questions_that_stand_alone(question: str) -> None:
    assert not leans(question)


def test_a_chain_of_questions_is_searched_together_up_to_three() -> None:
    asked = ("What is a lease?", "How long does the drill lease run?", "And in winter?", "Why?")

    assert searched_for(asked[:2]) == asked[1]
    assert searched_for(asked) == "\n".join(asked[1:])
    assert searched_for(("A?", "B?", "C?", "D?")) == "B?\nC?\nD?"


@needs_paragraphs
def test_the_paragraph_that_answers_is_found() -> None:
    """By BM25 over 240 paragraphs a language: 25 and 32 of 39 without; see docs/decisions/0051."""
    alone = ranks(FOLLOW_UPS, together=False)
    together = ranks(FOLLOW_UPS, together=True)

    assert sum(rank < 1 for rank in alone) <= 26
    assert sum(rank < 1 for rank in together) >= 35
    assert sum(rank < 5 for rank in together) == len(FOLLOW_UPS)
    assert ranks(CHANGES_OF_SUBJECT, together=True) == [0] * len(CHANGES_OF_SUBJECT)


@needs_paragraphs
def test_real_questions_stand_alone() -> None:
    asked = [json.loads(line)["text"] for line in STANDALONE.read_text().splitlines()]

    assert sum(map(leans, asked)) / len(asked) < 0.06


def ranks(dialogues: tuple[Dialogue, ...], *, together: bool) -> list[int]:
    return [
        Bm25.of(each.paragraph[:2]).rank(
            searched_for(each.questions) if together else each.questions[-1], each.paragraph
        )
        for each in dialogues
    ]


class Bm25:
    """A plain one, over the paragraphs of one language."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.counts = {name: Counter(self.terms(text)) for name, text in texts.items()}
        self.having = Counter(term for counts in self.counts.values() for term in counts)
        self.usual = sum(map(Counter.total, self.counts.values())) / len(texts)

    @staticmethod
    @cache
    def of(language: str) -> "Bm25":
        read = map(json.loads, PARAGRAPHS.read_text().splitlines())
        texts = {each["_id"]: each["text"] for each in read}
        return Bm25({name: text for name, text in texts.items() if name.startswith(language)})

    @staticmethod
    def terms(text: str) -> list[str]:
        return [word.lower()[:6] for word in WORD.findall(text)]

    def rank(self, query: str, wanted: str) -> int:
        """From 0."""
        scores = {name: self.score(query, counts) for name, counts in self.counts.items()}
        return sorted(scores, key=lambda name: -scores[name]).index(wanted)

    def score(self, query: str, counts: Counter[str]) -> float:
        length = 1.2 * (0.25 + 0.75 * counts.total() / self.usual)
        return sum(
            math.log(1 + (len(self.counts) - self.having[term] + 0.5) / (self.having[term] + 0.5))
            * (counts[term] * 2.2 / (counts[term] + length))
            for term in self.terms(query)
        )
