"""assistants answers for user tools: HTTP endpoints of the user's that a model may call.

They are executed over gRPC (`protos/assistants/v1/tools.proto`).
"""

import json
import re
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from contracts.rpc.assistants.json_values import small
from contracts.shapes import (
    Instant,
    LongText,
    Name,
    NotABoolean,
    Partial,
    RowId,
    Shape,
    Text,
    Url,
    UserId,
)

MASK = "********"
"""Stands for a secret in every answer; sent back, it keeps the secret that is stored."""
MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*\Z")


def _upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _or_none(value: Any) -> Any:
    return None if isinstance(value, str) and value in {"", "none"} else value


def _object(value: Any) -> Any:
    """A JSON object as text, as the fields of a form have it; blank and null are an empty one."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return {}
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise ValueError("Must be a valid JSON object.") from None


def _mime(text: str) -> str:
    if not MIME.match(text):
        raise ValueError("Must be a media type, like application/json.")
    return text


def _fields(value: Any) -> Any:
    return ", ".join(value) if _is_texts(value) else value


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _brief(value: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(value, ensure_ascii=False)) > MAX_BRIEF_CHARACTERS:
        told = f"Ensure this field has no more than {MAX_BRIEF_CHARACTERS} characters of JSON."
        raise ValueError(told)
    return value


MAX_BRIEF_CHARACTERS = 16_384
"""A whole tool fits into a message of the bus."""
JsonObject = Annotated[dict[str, Any], BeforeValidator(_object), AfterValidator(small)]
BriefObject = Annotated[JsonObject, AfterValidator(_brief)]
Method = Annotated[Literal["GET", "POST", "PUT", "PATCH", "DELETE"], BeforeValidator(_upper)]
AuthType = Annotated[
    Literal["bearer", "basic", "header"] | None,
    BeforeValidator(_or_none),
    BeforeValidator(_lower),
]
MediaType = Annotated[Text, BeforeValidator(_lower), Field(max_length=127), AfterValidator(_mime)]
ShortText = Annotated[Text, Field(max_length=255)]
Selection = Annotated[Text, Field(max_length=2_000)]
OnError = Literal[
    "fail", "stopWorkflow", "continue", "continueRegularOutput", "continueErrorOutput"
]


class UserToolFields(Partial):
    """What a user decides of a tool; absent means default, or as it was.

    endpoint_url: http or https; `{name}` in its path or query is filled with that argument.
    headers, query_parameters_json: sent with every call; values are texts (a query's may be lists).
    auth_credentials: {token} for bearer, {username, password} for basic, {name, value} for header.
    auth_required: absent, it is whether there is an auth_type. body_schema: a JSON Schema (draft
    2020-12) of an object, or a flat {name: description}. field_containing_data: a dotted path
    (optimize_type JSON), a CSS selector (HTML). truncate_limit: characters. wait_between_tries:
    seconds, doubled from try to try. on_error: `fail` (n8n's `stopWorkflow`) makes a failing
    endpoint an error, `continue` (`continueRegularOutput`, `continueErrorOutput`) a result.
    """

    name: Name = ""
    description: LongText = ""
    endpoint_url: Url = ""
    http_method: Method = "GET"
    send_headers: bool = True
    headers: BriefObject = {}
    auth_required: bool = False
    auth_type: AuthType = None
    auth_credentials: BriefObject = {}
    send_query_parameters: bool = True
    query_parameters_json: BriefObject = {}
    send_body: bool = True
    body_content_type: MediaType = "application/json"
    body_schema: JsonObject = {}
    optimize_response: bool = False
    optimize_type: Annotated[Literal["JSON", "HTML", "TEXT"], BeforeValidator(_upper)] = "JSON"
    field_containing_data: ShortText = ""
    include_fields: Annotated[Selection, BeforeValidator(_fields)] = ""
    should_truncate_response: bool = False
    truncate_limit: Annotated[int, Field(ge=1, le=100_000), NotABoolean] = 4_000
    retry_on_fail: bool = False
    max_tries: Annotated[int, Field(ge=1, le=10), NotABoolean] = 3
    wait_between_tries: Annotated[float, Field(ge=0, le=30), NotABoolean] = 1
    on_error: OnError = "fail"


class UserTool(Shape):
    """A tool as everybody sees it. `user` is its owner's id.

    Secrets are masked: all credentials but a header's name, and headers and query parameters whose
    names tell that they are secret. function_name: what a model calls it by, where no other tool
    of its assistant has that name.
    """

    id: RowId
    uuid: UUID
    user: UserId
    name: str
    description: str
    function_name: str
    endpoint_url: str
    http_method: str
    headers: dict[str, Any]
    auth_required: bool
    auth_type: str | None
    auth_credentials: dict[str, Any]
    send_headers: bool
    send_query_parameters: bool
    query_parameters_json: dict[str, Any]
    send_body: bool
    body_content_type: str
    body_schema: dict[str, Any]
    optimize_response: bool
    optimize_type: str
    field_containing_data: str
    include_fields: str
    should_truncate_response: bool
    truncate_limit: int
    retry_on_fail: bool
    max_tries: int
    wait_between_tries: float
    on_error: str
    created_at: Instant
    updated_at: Instant


class CreateUserTool(Shape):
    """Endpoint 49, POST."""

    user_id: UserId
    fields: UserToolFields


class UserToolOf(Shape):
    """One tool of one user."""

    user_id: UserId
    tool_id: RowId


class ChangeUserTool(UserToolOf):
    """Endpoint 50, PUT: partial."""

    fields: UserToolFields


class ListUserTools(Shape):
    """Endpoint 49, GET: the page behind `after`, which is `next` of the page before."""

    user_id: UserId
    after: RowId | None = None


class UserToolPage(Shape):
    """Oldest first. `next` is None on the last one."""

    tools: list[UserTool]
    next: RowId | None = None


class UserToolRemoved(Shape):
    """Endpoint 50, DELETE."""

    uuid: UUID


class UserTools(Protocol):
    """RPC service `assistants`. NotFound has `what`: user_tool."""

    def create_user_tool(self, request: CreateUserTool) -> UserTool:
        """Raises InvalidRequest: a target that is not allowed, a schema that is none, and the like."""

    def list_user_tools(self, request: ListUserTools) -> UserToolPage:
        """Those of the user; a page of them."""

    def get_user_tool(self, request: UserToolOf) -> UserTool:
        """Raises NotFound."""

    def update_user_tool(self, request: ChangeUserTool) -> UserTool:
        """Raises NotFound, InvalidRequest."""

    def delete_user_tool(self, request: UserToolOf) -> UserToolRemoved:
        """Assistants that had selected it have it no more. Raises NotFound."""
