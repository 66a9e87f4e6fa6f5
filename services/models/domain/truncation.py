"""Ends a text at a stop sequence or after so many words, whichever comes first."""

from collections.abc import Sequence

from services.models.domain.answer import FinishReason


class Limits:
    """Takes a text piece by piece, each with its number of tokens."""

    def __init__(self, max_tokens: int | None, stop: Sequence[str]) -> None:
        self._left = max_tokens
        self._stop = [each for each in stop if each]
        self.text = ""
        self.reason: FinishReason | None = None

    @property
    def length(self) -> int:
        """Characters taken so far."""
        return len(self.text)

    def take(self, piece: str, tokens: int) -> str:
        """The part of `piece` that may be said; sets `reason` when nothing may follow.

        A stop sequence that spans pieces is cut where this piece begins: what is said is said.
        """
        if self._left is not None and tokens > self._left:
            self.reason = FinishReason.MAX_TOKENS
            return ""
        before = len(self.text)
        self.text += piece
        for stop in self._stop:
            at = self.text.find(stop, max(0, before - len(stop) + 1))
            if at >= 0:
                self.text = self.text[: max(at, before)]
                self.reason = FinishReason.STOP_SEQUENCE
        if self._left is not None:
            self._left -= tokens
        return self.text[before:]
