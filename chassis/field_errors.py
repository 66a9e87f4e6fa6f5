"""Pydantic's findings in the words that REST framework would use, one entry per field."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from contracts.errors import InvalidRequest

MESSAGES = {
    "missing": "This field is required.",
    "none_required": "This field must be null.",
    "string_type": "Not a valid string.",
    "string_sub_type": "Not a valid string.",
    "string_unicode": "Not a valid string.",
    "int_type": "A valid integer is required.",
    "int_parsing": "A valid integer is required.",
    "int_parsing_size": "A valid integer is required.",
    "int_from_float": "A valid integer is required.",
    "float_type": "A valid number is required.",
    "float_parsing": "A valid number is required.",
    "finite_number": "A valid number is required.",
    "bool_type": "Must be a valid boolean.",
    "bool_parsing": "Must be a valid boolean.",
    "uuid_type": "Must be a valid UUID.",
    "uuid_parsing": "Must be a valid UUID.",
    "uuid_version": "Must be a valid UUID.",
    "dict_type": "Expected a dictionary of items.",
    "model_type": "Expected a dictionary of items.",
    "model_attributes_type": "Expected a dictionary of items.",
    "list_type": 'Expected a list of items but got type "{kind}".',
    "string_too_long": "Ensure this field has no more than {max_length} characters.",
    "string_too_short": "This field may not be blank.",
    "too_long": "Ensure this field has no more than {max_length} elements.",
    "too_short": "Ensure this field has at least {min_length} elements.",
    "greater_than_equal": "Ensure this value is greater than or equal to {ge}.",
    "less_than_equal": "Ensure this value is less than or equal to {le}.",
    "greater_than": "Ensure this value is greater than {gt}.",
    "less_than": "Ensure this value is less than {lt}.",
    "literal_error": '"{given}" is not a valid choice.',
    "enum": '"{given}" is not a valid choice.',
}
WHOLE = "non_field_errors"


def _message(error: ErrorDetails) -> str:
    given = error.get("input")
    if given is None and error["type"] not in {"missing", "none_required"}:
        return "This field may not be null."
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    template = MESSAGES.get(_kind(error))
    if template is None:
        return error["msg"]
    limits = {name: _plain(value) for name, value in error.get("ctx", {}).items()}
    return template.format(**limits, kind=type(given).__name__, given=str(given)[:100])


def _kind(error: ErrorDetails) -> str:
    """A length limit behind a validator does not know that it is about text."""
    kind = error["type"]
    is_text = isinstance(error.get("input"), str)
    return f"string_{kind}" if is_text and kind in {"too_long", "too_short"} else kind


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _of_item(place: tuple[int | str, ...], word: str) -> str:
    """ "Case 3, assertions 1, type: " for ("test_cases", 2, "assertions", 0, "type")."""
    if len(place) < 2 or not isinstance(place[1], int):
        return ""
    told = f"{word} {place[1] + 1}"
    for part in place[2:]:
        told += f" {part + 1}" if isinstance(part, int) else f", {part}"
    return f"{told}: "


def invalid_request(
    error: ValidationError,
    *,
    renamed: dict[str, str] | None = None,
    inside: str | None = None,
    counted: Mapping[str, str] | None = None,
) -> InvalidRequest:
    """The same findings by the field they are about; `renamed` maps a shape's name to the client's.

    What is wrong with members of the member `inside` is told by their own names.
    `counted` maps a field that is a list to the word for one of its items, which are then told by
    their number, from 1: "Case 3, question: This field is required.".
    A validator of the whole shape names its field by starting its sentence with "<field>: ".
    """
    fields: dict[str, list[str]] = {}
    for finding in error.errors(include_url=False):
        place = [str(part) for part in finding["loc"] if isinstance(part, str)]
        if len(place) > 1 and place[0] == inside:
            place = place[1:]
        name, message = (place[0] if place else WHOLE), _message(finding)
        if not place and ": " in message:
            name, message = message.split(": ", 1)
        if word := (counted or {}).get(name):
            message = _of_item(finding["loc"], word) + message
        name = (renamed or {}).get(name, name)
        messages = fields.setdefault(name, [])
        if message not in messages:
            messages.append(message)
    return InvalidRequest(fields=fields)
