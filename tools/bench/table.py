"""The table that a run ends in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

HEAD = ("what", "ours", "reference", "compared", "aim", "met")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure next to its reference; `met` is None where nothing is aimed at."""

    what: str
    ours: str
    reference: str = ""
    compared: str = ""
    aim: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """As text, in the order of the head."""
        met = {None: "", True: "yes", False: "NO"}[self.met]
        return (self.what, self.ours, self.reference, self.compared, self.aim, met)


@dataclass(slots=True)
class Measured:
    """What one part of the run found: rows for people, raw figures for programs, notes."""

    rows: list[Row] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def render(rows: Iterable[Row]) -> str:
    """Columns aligned, the first two words of a met column always at the same place."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    ruled = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in ruled
    )
