"""How much one text says what another one says: words and vectors together (decision 40)."""

import math
from collections.abc import Callable, Iterable, Sequence

from services.evaluation.domain.wording import quotes, sentences, share_of, words

Vector = Sequence[float]
Vectors = Callable[[str], Vector]
"""The vector of a text, among those made beforehand."""
SAME = 0.45
"""From this likeness on two texts are taken to say the same; measured in decision 40."""
COMPARED_SENTENCES = 12
"""Of an answer: so many vectors at most are made of it."""
COMPARED_PASSAGE_SENTENCES = 8


def cosine(one: Vector, other: Vector) -> float:
    """-1 to 1; 0 where one has no direction."""
    length = math.sqrt(sum(x * x for x in one) * sum(y * y for y in other))
    return sum(x * y for x, y in zip(one, other, strict=True)) / length if length else 0.0


def parts(text: str) -> list[str]:
    """The text whole, and its first sentences: what an expected text is held against."""
    return list(dict.fromkeys([text, *sentences(text)[:COMPARED_SENTENCES]]))


def nearest(expected: str, text: str, vectors: Vectors) -> float:
    """The best cosine of `expected` with the text or one of its sentences, 0 to 1; a quote is 1."""
    if quotes(expected, text):
        return 1.0
    wanted = vectors(expected)
    return max(0.0, *(cosine(wanted, vectors(part)) for part in parts(text)))


def likeness(expected: str, text: str, vectors: Vectors) -> float:
    """0 to 1: 1 where `text` has every word in a row, else the mean of cosine and common words.

    Halved where both have numbers and none in common: vectors hardly see that.
    """
    if quotes(expected, text):
        return 1.0
    like = (nearest(expected, text, vectors) + share_of(expected, text)) / 2
    return like / 2 if _numbers_differ(expected, text) else like


def _numbers_differ(one: str, other: str) -> bool:
    first, second = _numbers(one), _numbers(other)
    return bool(first and second) and not first & second


def _numbers(text: str) -> set[str]:
    return {word for word in words(text) if any(map(str.isdigit, word))}


def groundedness(answer: str, passages: Iterable[str], vectors: Vectors) -> float:
    """The share of the answer's first sentences that a passage says, 0 to 1; 0 without passages."""
    cited = tuple(passages)
    said = sentences(answer)[:COMPARED_SENTENCES]
    if not said:
        return 0.0
    return sum(_is_supported(sentence, cited, vectors) for sentence in said) / len(said)


def _is_supported(sentence: str, passages: tuple[str, ...], vectors: Vectors) -> bool:
    if _is_quoted(sentence, passages):
        return True
    near = _nearest_by_words(sentence, passages)
    return any(likeness(sentence, part, vectors) >= SAME for part in near)


def _is_quoted(sentence: str, passages: Iterable[str]) -> bool:
    return any(quotes(sentence, passage) for passage in passages)


def _nearest_by_words(sentence: str, passages: Iterable[str]) -> list[str]:
    """The few sentences that may say it: without common words two are never alike enough."""
    said = dict.fromkeys(part for passage in passages for part in sentences(passage))
    return sorted(said, key=lambda part: -share_of(sentence, part))[:COMPARED_PASSAGE_SENTENCES]


def texts_to_embed(answer: str, expected: Sequence[str], passages: Sequence[str]) -> list[str]:
    """Every text whose vector `likeness`, `nearest` and `groundedness` will want, each once."""
    wanted: list[str] = []
    for text in expected:
        if not quotes(text, answer):
            wanted += [text, *parts(answer)]
    for sentence in sentences(answer)[:COMPARED_SENTENCES]:
        if not _is_quoted(sentence, passages):
            near = _nearest_by_words(sentence, passages)
            wanted += [part for one in near for part in (sentence, *parts(one))]
    return list(dict.fromkeys(wanted))
