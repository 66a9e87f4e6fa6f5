"""The base of every shape on the bus, and the field types with their limits that shapes share."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    model_serializer,
)


class Shape(BaseModel):
    """An immutable value with a JSON form; unknown keys are ignored, so peers may be newer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def to_wire(self) -> dict[str, Any]:
        """JSON values only."""
        return self.model_dump(mode="json")

    @classmethod
    def from_wire(cls, payload: dict[str, Any]) -> Self:
        """Raises pydantic.ValidationError, which the doors map to InvalidRequest."""
        return cls.model_validate(payload)


class Partial(Shape):
    """A shape whose absent fields mean "as it was"; only what was set travels."""

    @model_serializer(mode="wrap")
    def _only_what_was_set(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        dumped: dict[str, Any] = handler(self)
        return {name: value for name, value in dumped.items() if name in self.model_fields_set}

    def changes(self) -> dict[str, Any]:
        """Field values that were set, as Python values."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL and UTF-8 has no lone surrogates."""
    if "\x00" in text:
        raise ValueError("Null characters are not allowed.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("Not a valid string.") from None
    return text


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        _storable(value)
    for inner in (*value.keys(), *value.values()) if isinstance(value, dict) else ():
        _storable_json(inner)
    for inner in value if isinstance(value, list) else ():
        _storable_json(inner)
    return value


def _stripped(text: Any) -> Any:
    return text.strip() if isinstance(text, str) else text


def _no_boolean(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("A valid number is required.")
    return value


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("This field may not be blank.")
    return text


Instant = Annotated[datetime, AfterValidator(_utc), PlainSerializer(_zulu, when_used="json")]
Storable = Field(json_schema_extra={"pattern": "^[^\\u0000]*$"})
"""For the documentation of a text: what `_storable` checks."""
StorableJson = AfterValidator(_storable_json)
"""For any JSON value: every text in it is storable."""
NotBlank = Field(json_schema_extra={"pattern": "^[^\\u0000]*\\S[^\\u0000]*$"})
"""For the documentation of a text: not blank either."""
Text = Annotated[str, AfterValidator(_storable), Storable]
Name = Annotated[
    str,
    BeforeValidator(_stripped),
    AfterValidator(_storable),
    AfterValidator(_not_blank),
    Field(max_length=255),
    NotBlank,
]
Url = Annotated[
    str,
    BeforeValidator(_stripped),
    AfterValidator(_storable),
    AfterValidator(_not_blank),
    Field(max_length=2_000),
    NotBlank,
]
"""A web address as somebody wrote it; the service that fetches it says whether it is one."""
LongText = Annotated[str, AfterValidator(_storable), Field(max_length=20_000), Storable]
NotABoolean = BeforeValidator(_no_boolean)
"""For numbers: Python takes true for 1."""
UserId = Annotated[int, Field(ge=1, le=2**63 - 1)]
RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]
