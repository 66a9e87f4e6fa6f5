"""What a tool may be called with: its schema, whichever way it was written, and arguments against it."""

import json
from collections.abc import Mapping
from typing import Any

from chassis.json_schema import Schema
from contracts.errors import InvalidRequest
from contracts.rpc.assistants.json_values import small
from contracts.rpc.assistants.tools import UserToolFields
from services.assistants.domain import url_template

MOST_FAULTS = 5
LONGEST_FAULT = 160
_TYPES = frozenset(["array", "boolean", "integer", "null", "number", "object", "string"])


def parameters(fields: UserToolFields) -> dict[str, Any]:
    """A JSON Schema of an object: `body_schema`, and what the address needs. Raises ValueError."""
    schema = _written(fields.body_schema)
    properties = dict(schema.get("properties", {}))
    required = list(schema.get("required", []))
    for name in url_template.names(fields.endpoint_url):
        properties.setdefault(name, {"type": "string"})
        if name not in required:
            required.append(name)
    made = {**schema, "type": "object", "properties": properties}
    return {**made, "required": required} if required else made


def check_schema(fields: UserToolFields) -> None:
    """Raises ValueError."""
    if not is_flat(fields.body_schema):
        Schema(fields.body_schema)  # before it is built upon
        if fields.body_schema.get("type", "object") != "object":
            raise ValueError('The schema must be of type "object": arguments have names.')
    Schema(parameters(fields))


def checked(fields: UserToolFields, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, when they fit. Raises InvalidRequest on `arguments`."""
    given = dict(arguments)
    if is_flat(fields.body_schema):  # which says nothing of types
        given = {name: as_text(value) for name, value in given.items()}
    try:
        small(given)
        schema = Schema(parameters(fields))
    except ValueError as error:
        raise InvalidRequest.on("arguments", str(error)) from None
    if faults := schema.faults(given, at_most=MOST_FAULTS):
        raise InvalidRequest.on("arguments", *(fault[:LONGEST_FAULT] for fault in faults))
    return given


def is_flat(schema: Mapping[str, Any]) -> bool:
    """Whether it is {name: description} and no JSON Schema, whose `type` is a word of seven."""
    if not schema or any(name.startswith("$") for name in schema):
        return False
    return all(isinstance(text, str) for text in schema.values()) and (
        schema.get("type") not in _TYPES
    )


def as_text(value: Any) -> str:
    """A value where only text can be: true, 12.5, a text as it is, anything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _written(schema: dict[str, Any]) -> dict[str, Any]:
    if not is_flat(schema):
        return schema
    described = {name: {"type": "string", "description": text} for name, text in schema.items()}
    return {"properties": described, "additionalProperties": False}
