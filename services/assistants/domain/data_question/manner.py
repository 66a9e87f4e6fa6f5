"""Questions that no table answers, whatever it holds: why, how to, where to, what one may do."""

from collections.abc import Sequence

from services.assistants.domain.data_question.reading import Reading
from services.assistants.domain.data_question.words import Token

_REASONS = frozenset(["why", "warum", "wieso", "weshalb", "pourquoi", "क्यों"])
_MAY = frozenset(
    ["can", "could", "may", "might", "must", "should", "shall", "would", "will", "need", "needs"]
)
_HELPS = frozenset(
    ["do", "does", "did", "is", "are", "was", "were", "to", "am", "have", "has", "had", "get"]
)
_PLACES = frozenset(
    ["where", "who", "whom", "when", "what", "which", "wo", "wer", "wann", "donde", "quien", "qui", "ou"]
)  # fmt: skip
_TOLD = (
    "count", "sum", "avg", "median", "deviation", "max", "min", "share", "difference", "change", "best selling",
    "popular", "rarest", "adjective", "chart", "trend", "schema",
)  # fmt: skip
_COURSE = ("by", "change", "difference", "share", "chart", "trend")


def asks_no_data(asked: Sequence[Token], reading: Reading) -> bool:
    """By how it begins, and that it names no operation which would say otherwise."""
    first, second = (*(token.folded for token in asked[:2]), "", "")[:2]
    if first in _REASONS or (first, second) == ("what", "happens"):
        return True
    if first == "how" and second in _HELPS | _MAY:
        compares = any(c.meaning[0].startswith("compar") for c in reading.of("list"))
        return not (compares or reading.has(*_COURSE))
    if first in ("where", "wo", "donde") or first in _MAY | _HELPS:
        return not reading.has(*_TOLD, "list")
    return first in _PLACES and second in _MAY and not reading.has(*_TOLD)
