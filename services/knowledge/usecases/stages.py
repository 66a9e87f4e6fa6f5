"""Progress in words, as owners read it in their task."""

from dataclasses import dataclass

from services.knowledge.domain.chunking import Chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """How many chunks there will be is an estimate until the last is cut. characters: of the text."""

    name: str
    characters: int

    def embedded(self, last: Chunk, *, is_last: bool) -> str:
        """All up to this chunk are in."""
        if is_last:
            return f"finishing {self.name} ({last.index + 1} chunks)"
        return f"embedding {self.name} ({self._so_far(last)})"

    def makes_way(self, last: Chunk) -> str:
        """It goes on after this chunk, behind the documents that wait."""
        return f"{self.name} makes way ({self._so_far(last)})"

    def _so_far(self, last: Chunk) -> str:
        done = last.index + 1
        expected = max(done + 1, round(done * self.characters / max(1, last.end_char)))
        return f"{done} of about {expected} chunks"
