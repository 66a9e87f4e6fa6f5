"""Reads plain text: a block is what stands between blank lines."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from services.knowledge.domain.extraction import Block

from .encoding import opened_text
from .reading import About

LONGEST_LINE = 32_768
LONGEST_BLOCK = 65_536


def read(path: Path, about: About) -> Iterator[Block]:
    """Paragraphs in order; overlong ones are cut so that memory stays bounded."""
    with opened_text(path, about) as file:
        for paragraph in paragraphs(bounded_lines(file)):
            yield Block(text=paragraph)


def bounded_lines(file: TextIO) -> Iterator[str]:
    """Lines without their ends; a line over LONGEST_LINE characters comes in pieces, between words."""
    carried = ""
    while piece := file.readline(LONGEST_LINE):
        line = carried + piece
        carried = ""
        if len(piece) == LONGEST_LINE and not piece.endswith("\n"):
            head, blank, tail = line.rpartition(" ")
            line, carried = (head, tail) if blank and len(tail) < LONGEST_LINE // 2 else (line, "")
        yield from line.rstrip("\r\n").replace("\r", "\n").split("\n")
    if carried:
        yield carried


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Runs of lines that are not blank, joined by line feeds."""
    held: list[str] = []
    size = 0
    for line in lines:
        if line.strip():
            held.append(line)
            size += len(line)
        if held and (not line.strip() or size >= LONGEST_BLOCK):
            yield "\n".join(held)
            held, size = [], 0
    if held:
        yield "\n".join(held)
