"""Questions that a model wrote, and whether they may become cases."""

from dataclasses import dataclass

from contracts.rpc.knowledge import SampledPassage
from services.evaluation.domain.generation.facts import Fact, source_of
from services.evaluation.domain.generation.language import OTHER, language_of
from services.evaluation.domain.wording import normalised, quotes, share_of, words

SUPPORTED = 0.7
"""Share of the answer's words that the passage has."""
ABOUT = 0.3
"""Share of the question's words that the passage has."""
LONGEST_QUESTION, LONGEST_ANSWER = 300, 1_000
_POINTING = ("passage", "excerpt", "this text", "the text", "the document", "above", "provided")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model wrote of one passage."""

    question: str
    answer: str


def checked(draft: Draft, passage: SampledPassage) -> Fact | None:
    """The draft as a fact; None where the passage does not answer it, or it asks nothing of its own."""
    question, answer = " ".join(draft.question.split()), draft.answer.strip()
    language = language_of(passage.text)
    if not (_is_question(question, passage.text) and _is_supported(answer, passage.text)):
        return None
    if language_of(question) not in {language, OTHER} or language == OTHER:
        return None
    return Fact(
        question=question,
        answer=answer,
        source=source_of(passage, around=""),
        language=language,
        quality=1.0,
        exact=True,
        plain=question,
    )


def _is_question(question: str, text: str) -> bool:
    if not question.endswith(("?", "？", "؟", "।")) or len(question) > LONGEST_QUESTION:
        return False
    if any(pointing in normalised(question) for pointing in _POINTING):
        return False
    return (
        len(words(question)) >= 4
        and share_of(question, text) >= ABOUT
        and not quotes(question, text)
    )


def _is_supported(answer: str, text: str) -> bool:
    return 0 < len(answer) <= LONGEST_ANSWER and share_of(answer, text) >= SUPPORTED
