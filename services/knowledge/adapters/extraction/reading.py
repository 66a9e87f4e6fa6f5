"""What every reader shares: where it puts facts about the document, and the headings above a block."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from services.knowledge.domain.extraction import Block


@dataclass(slots=True)
class About:
    """Facts about the document, filled while it is read; final once its blocks are exhausted."""

    title: str = ""
    page_count: int | None = None
    metadata: dict[str, str] = field(default_factory=dict)


Reader = Callable[[Path, About], Iterator[Block]]


@dataclass(slots=True)
class Outline:
    """The headings that are open at the current position."""

    page: int | None = None
    _open: list[tuple[int, str]] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        """Open headings, outermost first."""
        return tuple(text for _, text in self._open)

    def heading(self, level: int, text: str) -> Block:
        """Closes the headings of this level and below, opens this one, and is its block."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        above = self.path
        self._open.append((level, text[:300]))
        return Block(
            text=text, kind="heading", page=self.page, heading_path=above, level=len(above) + 1
        )
