"""Finds out in which encoding a text file is written."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from charset_normalizer import from_bytes

from services.knowledge.domain.media_types import looks_like_utf16

from .codepages import settled
from .reading import About

_SAMPLE = 200_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """name: a Python codec; guessed: nothing in the file says so."""

    name: str
    guessed: bool


def encoding_of(path: Path) -> Encoding:
    """By byte order mark, NULs, strict UTF-8, and then by guess."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return Encoding(name, guessed=False)
    if b"\x00" in sample and (codec := looks_like_utf16(sample[:8192])):
        return Encoding(codec, guessed=True)
    if _is_utf8(path):
        return Encoding("utf-8", guessed=False)
    return Encoding(_guess(sample), guessed=True)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as file:
        try:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _guess(sample: bytes) -> str:
    best = from_bytes(sample).best()
    if best is None:
        return "cp1252"
    return settled(sample, best.encoding)


@contextmanager
def opened_text(path: Path, about: About) -> Iterator[TextIO]:
    """The file as text, its encoding noted; what cannot be decoded is replaced."""
    encoding = encoding_of(path)
    about.metadata["encoding"] = encoding.name
    if encoding.guessed:
        about.metadata["encoding_guessed"] = "true"
    with path.open(encoding=encoding.name, errors="replace", newline="") as file:
        yield file
