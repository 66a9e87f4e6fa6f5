"""Reads json and jsonl as lines of "path: value", one block for each record."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.knowledge.domain.extraction import Block, ExtractionFailed

from .encoding import opened_text
from .reading import About

_BLOCK_LINES = 40
_DEEPEST = 64


def read(path: Path, about: About) -> Iterator[Block]:
    """Records in order: of a list, its items; else the whole. One value a line also is a document.

    Raises ExtractionFailed where the file is neither JSON nor one JSON value a line.
    """
    with opened_text(path, about) as file:
        content = file.read()
    try:
        values = _values(content.lstrip("\ufeff"))
        for value in values:
            yield from _record_blocks(value)
    except (ValueError, RecursionError) as error:
        raise ExtractionFailed(f"The file is not valid JSON: {_why(error)}.") from error


def _why(error: ValueError | RecursionError) -> str:
    return str(error) if isinstance(error, ValueError) else "it is nested too deeply"


def _values(content: str) -> Iterator[Any]:
    try:
        value = json.loads(content)
    except ValueError:
        if "\n" not in content.strip():
            raise
        yield from _line_values(content)
        return
    yield from value if isinstance(value, list) else [value]


def _line_values(content: str) -> Iterator[Any]:
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from error


def _record_blocks(value: Any) -> Iterator[Block]:
    """A record's lines together; large records in several blocks."""
    lines: list[str] = []
    for line in _lines(value, "", 0):
        lines.append(line)
        if len(lines) == _BLOCK_LINES:
            yield Block(text="\n".join(lines), kind="code")
            lines = []
    if lines:
        yield Block(text="\n".join(lines), kind="code")


def _lines(value: Any, path: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _lines(item, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(value, list):
        if all(isinstance(item, str | int | float | bool) for item in value):
            value = ", ".join(map(_written, value))
            yield f"{path}: {value}" if path else value
        else:
            for position, item in enumerate(value):
                yield from _lines(item, f"{path}[{position}]", depth + 1)
    elif value is not None and value != "":
        yield f"{path}: {_written(value)}" if path else _written(value)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
