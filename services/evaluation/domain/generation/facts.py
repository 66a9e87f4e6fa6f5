"""What a passage can be asked: questions with the sentence that answers them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from contracts.rpc.evaluation import SourcePassage
from contracts.rpc.knowledge import SampledPassage
from services.evaluation.domain.generation.elsewhere import questions_in
from services.evaluation.domain.generation.english import Asked, english_questions
from services.evaluation.domain.generation.language import language_of
from services.evaluation.domain.generation.phrases import Casing
from services.evaluation.domain.generation.sentences import CITATIONS, is_statement, sentences_of
from services.evaluation.domain.generation.templates import WORDINGS
from services.evaluation.domain.generation.topics import heading_topic, sections_of, topic_of
from services.evaluation.domain.wording import normalised, words

SHOWN = 1_000
"""Characters of a passage that a case keeps."""
ANSWER_SENTENCES = 3
VAGUE = 0.75
"""A question this sure or less is asked of its document by name."""
LONG_PHRASE = 12
OF_HEADING, OF_TOPIC, OF_SHORT_TOPIC = 0.55, 0.45, 0.35
"""How sure a question about a topic is to be a good one: an exact one is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A question that `answer` answers, word for word from its passage.

    exact: made of the sentence's own shape, so that it may be joined, or asked of something else.
    plain: without the document's title.
    """

    question: str
    answer: str
    source: SourcePassage
    language: str
    quality: float
    exact: bool
    plain: str
    names: tuple[str, ...] = ()

    @property
    def sentences(self) -> frozenset[str]:
        """What it is answered by; equal where it stands in two passages that overlap."""
        return frozenset(normalised(each) for each in sentences_of(self.answer))


Facts = Sequence[Fact]
"""Of one passage, best first."""


@dataclass(frozen=True, slots=True)
class Base:
    """What the passages have in common: which words are names, and in how many passages a word is."""

    casing: Casing
    spread: Counter[str] = field(repr=False)
    documents: int

    @classmethod
    def of(cls, passages: Sequence[SampledPassage]) -> "Base":
        spread = Counter(word for each in passages for word in set(words(each.text)))
        documents = len({each.document_id for each in passages})
        return cls(Casing.of(each.text for each in passages), spread, documents)

    def rarity(self, phrase: str) -> int:
        """In how many passages its rarest word is."""
        return min((self.spread[word] for word in words(phrase)), default=0)


def facts_of(passage: SampledPassage, base: Base) -> list[Fact]:
    """At most one per sentence, best first; none of what is a menu, a table or code."""
    headings = [path for path, _ in sections_of(passage.text, passage.heading)]
    said = sentences_of(passage.text, {part for path in headings for part in path.split(" > ")})
    statements = [each for each in said if is_statement(each)]
    if not statements or len(statements) * 3 < len(said):
        return []
    language = language_of(" ".join(statements))
    found = [_exact(passage, sentence, language, base) for sentence in statements]
    facts = [fact for fact in found if fact]
    facts += _by_heading(passage, statements, language)
    facts += _by_topic(passage, statements, language, base)
    return sorted(facts, key=lambda fact: -fact.quality)


def title_of(document_name: str) -> str:
    """As people call the document."""
    stem = PurePosixPath(document_name.rstrip("/")).name or document_name
    bare = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem)
    return " ".join(re.sub(r"[_]+|(?<=[a-z])-(?=[a-z])", " ", bare).split()) or document_name


def source_of(passage: SampledPassage, *, around: str = "") -> SourcePassage:
    """The passage as a case keeps it: shortened, with `around` in it."""
    at = max(0, passage.text.find(around[:40])) if around else 0
    start = 0 if at + len(around) <= SHOWN else max(0, at - SHOWN // 4)
    return SourcePassage(
        document_id=passage.document_id,
        document_name=passage.document_name[:255],
        chunk=passage.chunk,
        text=passage.text[start : start + max(SHOWN, len(around) + SHOWN // 2)],
    )


def _exact(passage: SampledPassage, sentence: str, language: str, base: Base) -> Fact | None:
    clean = " ".join(CITATIONS.sub("", sentence).split())
    asked = (
        english_questions(clean, base.casing) if language == "en" else questions_in(language, clean)
    )
    best = next((each for each in asked if _is_new(each.question, clean)), None)
    if best is None:
        return None
    names = tuple(base.casing.names_in(best.question.partition(" ")[2]))
    question = best.question
    is_vague = not names or best.quality <= VAGUE
    if is_vague and base.documents > 1:
        question = _according(passage, best, language)
    return Fact(
        question=question,
        answer=clean,
        source=source_of(passage, around=sentence),
        language=language,
        quality=best.quality + (0.02 if names else 0),
        exact=True,
        plain=best.question,
        names=names,
    )


def _is_new(question: str, sentence: str) -> bool:
    """A question that says all that the sentence says asks nothing."""
    left = [word for word in words(sentence) if word not in set(words(question))]
    return sum(len(word) > 3 or word.isdigit() for word in left) >= 1


def _according(passage: SampledPassage, asked: Asked, language: str) -> str:
    wording = WORDINGS[language]
    small = asked.question[0].lower() + asked.question[1:] if language == "en" else asked.question
    said = wording.according.format(title=title_of(passage.document_name), question=small)
    return said or asked.question


def _by_heading(
    passage: SampledPassage, statements: Sequence[str], language: str
) -> Iterator[Fact]:
    title = title_of(passage.document_name)
    for path, below in sections_of(passage.text, passage.heading):
        heading = heading_topic(path, title)
        answer = [each for each in sentences_of(below, path.split(" > ")) if each in statements]
        if heading and answer:
            phrase = f"“{heading}”" if language == "en" else heading
            yield _topical(passage, phrase, answer[:ANSWER_SENTENCES], language, OF_HEADING)


def _by_topic(
    passage: SampledPassage, statements: Sequence[str], language: str, base: Base
) -> Iterator[Fact]:
    title = title_of(passage.document_name)
    for sentence in statements:
        phrase = topic_of(sentence, language, base.casing, base.rarity)
        if phrase and not set(words(phrase)) <= set(words(title)):
            quality = OF_TOPIC if len(phrase) >= LONG_PHRASE else OF_SHORT_TOPIC
            yield _topical(passage, phrase, [sentence], language, quality)


def _topical(
    passage: SampledPassage, phrase: str, answer: Iterable[str], language: str, quality: float
) -> Fact:
    said = [" ".join(CITATIONS.sub("", each).split()) for each in answer]
    title = title_of(passage.document_name)
    question = WORDINGS[language].topic.format(title=title, phrase=phrase)
    return Fact(
        question=question,
        answer=" ".join(said),
        source=source_of(passage, around=said[0]),
        language=language,
        quality=quality,
        exact=False,
        plain=question,
        names=(phrase,),
    )
