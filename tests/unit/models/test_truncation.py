"""An answer ends exactly where its limits say."""

from services.models.domain.answer import FinishReason
from services.models.domain.truncation import Limits


def say(limits: Limits, pieces: list[str]) -> str:
    return "".join(limits.take(piece, 1) for piece in pieces) + limits.rest()


def test_without_limits_everything_is_said() -> None:
    limits = Limits(None, [])
    assert say(limits, ["a", "b"]) == "ab"
    assert limits.reason is None


def test_the_token_that_exceeds_the_limit_is_not_said() -> None:
    limits = Limits(2, [])
    assert say(limits, ["a", "b", "c"]) == "ab"
    assert limits.reason is FinishReason.MAX_TOKENS


def test_a_stop_sequence_across_pieces_is_never_begun() -> None:
    limits = Limits(None, ["STOP"])
    assert say(limits, ["one S", "TO", "P two"]) == "one "
    assert limits.reason is FinishReason.STOP_SEQUENCE
    assert limits.text == "one "


def test_what_only_looked_like_a_stop_sequence_is_said_after_all() -> None:
    limits = Limits(None, ["STOP"])
    assert say(limits, ["one ST", "ART S"]) == "one START S"
    assert limits.reason is None
