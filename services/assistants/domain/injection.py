"""Texts that others wrote: what of them must not act."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

MAIL = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
PLACE = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://(?:[^\s/@<>\"']{0,255}@)?([^\s/:?#<>\"']{1,255})", re.IGNORECASE
)
MARKER = re.compile(
    r"<(?=\|)|(?<=\|)>|<(?=/?(?:s|bos|eos|start_of_turn|end_of_turn)>)|\[(?=/?INST\])",
    re.IGNORECASE,
)
"""Where the marks begin or end by which chat templates tell who speaks."""


def defused(text: str) -> str:
    """The text with every such mark broken up; it stays readable, and says nothing to a template."""
    return MARKER.sub(lambda mark: f"{mark[0]} " if mark[0] != ">" else " >", text)


def addresses(texts: Iterable[str]) -> set[str]:
    """Where things could be sent: e-mail addresses, and hosts of URLs; in small letters."""
    found = set()
    for text in texts:
        found |= {each[0].lower() for each in MAIL.finditer(text)}
        found |= {each[1].lower() for each in PLACE.finditer(text)}
    return found


def strings_of(value: Any) -> Iterator[str]:
    """Every string in a JSON value, names of fields included."""
    match value:
        case str():
            yield value
        case dict():
            for name, each in value.items():
                yield name
                yield from strings_of(each)
        case list():
            for each in value:
                yield from strings_of(each)
