"""JSON Schemas that users write (draft 2020-12): nothing is fetched, and no check takes long.

Patterns run in linear time, and what a schema refers to is counted as often as it is referred to.
"""

from itertools import islice
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

MOST_CHECKS = 5_000
"""Subschemas, each counted once for every way that leads to it."""
MOST_PATTERNS = 50
"""Of `pattern` and `patternProperties`: one may take milliseconds to be made ready."""
MOST_VISITS = 10_000_000
FEW_VISITS = 100_000
"""Subschemas times values."""
_DATA = frozenset({"enum", "const", "default", "examples", "example"})
_ASIDE = frozenset({"$defs", "definitions"})
_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas"})
_NOT_HERE = ("$id", "$dynamicRef", "$recursiveRef", "$vocabulary")
_PATTERNS = jsonschema_rs.RegexOptions(size_limit=1024 * 1024, dfa_size_limit=1024 * 1024)


class Schema:
    """A schema that values can be checked against. Safe to share."""

    def __init__(self, schema: dict[str, Any]) -> None:
        """Raises ValueError, which says why it is none that is taken here."""
        self._checks = _Count(schema).all()
        if _patterns(schema) > MOST_PATTERNS:
            raise ValueError(f"A schema may have at most {MOST_PATTERNS} patterns.")
        try:
            self._validator = jsonschema_rs.Draft202012Validator(
                schema, pattern_options=_PATTERNS, retriever=_nothing, validate_formats=False
            )
        except jsonschema_rs.ValidationError as error:
            raise ValueError(_told(error)) from None
        except (ValueError, TypeError) as error:
            raise ValueError(_short(str(error).partition("\n")[0])) from None

    def faults(self, value: Any, *, at_most: int = 10) -> list[str]:
        """What is wrong with a JSON value, "address.zip: ..."; empty when nothing is.

        Where much is to be checked, the first fault alone: the validator keeps all it finds.
        """
        visits = self._checks * _size(value)
        if visits > MOST_VISITS:
            return ["This is too much to be checked against its schema."]
        if visits > FEW_VISITS:
            try:
                self._validator.validate(value)
            except jsonschema_rs.ValidationError as error:
                return [_told(error)]
            return []
        return [_told(error) for error in islice(self._validator.iter_errors(value), at_most)]


class _Count:
    """How many subschemas a check may visit. Raises ValueError where they are too many or endless."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._by_reference: dict[str, int] = {}
        self._on_the_way: list[str] = []

    def all(self) -> int:
        return self._of(self._schema)

    def _of(self, value: Any) -> int:
        if isinstance(value, list):
            count = sum(map(self._of, value))
        elif isinstance(value, dict):
            count = 1 + self._behind(value.get("$ref")) + self._below(value)
        else:
            return 0
        if count > MOST_CHECKS:
            raise ValueError(
                f"A schema may have at most {MOST_CHECKS} subschemas, repeated ones too."
            )
        return count

    def _below(self, schema: dict[str, Any]) -> int:
        for word in _NOT_HERE:
            if isinstance(schema.get(word), str):
                raise ValueError(f'"{word}" is not supported.')
        count = 0
        for word, each in schema.items():
            if word in _BY_NAME and isinstance(each, dict):
                count += self._of(list(each.values()))  # their names are no keywords
            elif word not in _DATA | _ASIDE:
                count += self._of(each)
        return count

    def _behind(self, reference: Any) -> int:
        if not isinstance(reference, str):
            return 0
        if reference in self._on_the_way:
            raise ValueError("A schema may not refer to itself.")
        if reference not in self._by_reference:
            self._on_the_way.append(reference)
            self._by_reference[reference] = self._of(self._target(reference))
            self._on_the_way.pop()
        return self._by_reference[reference]

    def _target(self, reference: str) -> Any:
        if not (reference == "#" or reference.startswith("#/")):
            raise ValueError('A reference must lead to a place in the schema, as "#/$defs/name".')
        found: Any = self._schema
        for step in reference.split("/")[1:]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            try:
                found = found[int(name)] if isinstance(found, list) else found[name]
            except (KeyError, IndexError, ValueError, TypeError):
                raise ValueError(f'"{reference[:100]}" leads nowhere.') from None
        return found


def _patterns(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_patterns, value))
    if not isinstance(value, dict):
        return 0
    by_name = value.get("patternProperties")
    own = isinstance(value.get("pattern"), str) + (len(by_name) if isinstance(by_name, dict) else 0)
    return own + sum(map(_patterns, value.values()))


def _nothing(_address: str) -> Any:
    raise ValueError("a schema may not refer to anything outside itself")


def _size(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, inner))


def _told(error: jsonschema_rs.ValidationError) -> str:
    place = ".".join(map(str, error.instance_path))
    return f"{place}: {_short(error.message)}".removeprefix(": ")


def _short(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:300]}..."
