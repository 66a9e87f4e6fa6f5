"""Whether an answer says that it does not know."""

from collections.abc import Iterable

from services.evaluation.domain.refusal_patterns import REFUSES
from services.evaluation.domain.wording import normalised, quotes, sentences

OPENING_SENTENCES = 3
"""A refusal says so at once; further down it is a remark beside an answer."""
LONGEST_SENTENCE = 400  # what is longer is quoted, and the patterns stay fast


def refuses(answer: str, *, passages: Iterable[str] = ()) -> bool:
    """True where one of the first sentences says so in the answer's own words.

    A sentence that stands in a cited passage is a quote: what documents do not know is their matter.
    """
    cited = tuple(passages)
    return any(
        REFUSES.search(normalised(sentence[:LONGEST_SENTENCE]).replace("’", "'")) is not None
        and not any(quotes(sentence, passage) for passage in cited)
        for sentence in sentences(answer)[:OPENING_SENTENCES]
    )
