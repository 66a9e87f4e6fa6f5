"""Ends a text at a stop sequence or after so many tokens, whichever comes first."""

from collections.abc import Sequence

from services.models.domain.answer import FinishReason


class Limits:
    """Takes a text piece by piece, each with its number of tokens.

    What might become a stop sequence is held back until it is decided. `text` is what was said;
    once `reason` is set nothing more is.
    """

    def __init__(self, max_tokens: int | None, stop: Sequence[str]) -> None:
        self._left = max_tokens
        self._stop = [each for each in stop if each]
        self._held = ""
        self.text = ""
        self.reason: FinishReason | None = None

    def take(self, piece: str, tokens: int) -> str:
        """The text that may now be said."""
        if self.reason is not None:
            return ""
        if self._left is not None and tokens > self._left:
            said = self.rest()
            self.reason = FinishReason.MAX_TOKENS
            return said
        if self._left is not None:
            self._left -= tokens
        self._held += piece
        cut = min((at for stop in self._stop if (at := self._held.find(stop)) >= 0), default=None)
        if cut is not None:
            self.reason = FinishReason.STOP_SEQUENCE
            return self._say(cut)
        return self._say(len(self._held) - self._undecided())

    def rest(self) -> str:
        """What was held back, when no more text follows."""
        return "" if self.reason is not None else self._say(len(self._held))

    def _say(self, length: int) -> str:
        said, self._held = self._held[:length], self._held[length:]
        self.text += said
        return said

    def _undecided(self) -> int:
        """Length of the longest end of the held text that begins a stop sequence."""
        return max(
            (
                length
                for stop in self._stop
                for length in range(1, min(len(stop), len(self._held) + 1))
                if self._held.endswith(stop[:length])
            ),
            default=0,
        )
