"""Addresses with places for arguments: https://api.example.com/customers/{customer_id}."""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_-]{0,63})\}")
_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


def names(template: str) -> tuple[str, ...]:
    """The arguments that it needs, in their order. None of them is in the host."""
    return tuple(dict.fromkeys(_PLACE.findall(_split(template)[1])))


def filled(template: str, values: Mapping[str, str]) -> str:
    """The address, without a fragment. Raises ValueError where a value would lead to another place."""
    origin, rest = _split(template)
    path, mark, query = rest.partition("?")
    if not _PLACE.search(rest):
        return origin + rest
    for name in _PLACE.findall(path):
        if not values[name]:
            raise ValueError(f'"{name}" is part of the path and may not be blank.')
    address = _PLACE.sub(lambda place: quote(values[place[1]], safe=""), path)
    if any(unquote(step) in {".", ".."} for step in address.split("/")):
        raise ValueError("An argument would lead to another path.")
    return origin + address + mark + _PLACE.sub(lambda p: quote(values[p[1]], safe=""), query)


def example(template: str) -> str:
    """An address as it could be, for checks of what is fixed."""
    return filled(template, dict.fromkeys(names(template), "x"))


def _split(template: str) -> tuple[str, str]:
    whole = template.partition("#")[0]
    origin = _ORIGIN.match(whole)
    return (origin[0], whole[origin.end() :]) if origin else (whole, "")
