"""What a tool must be like to be stored."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from contracts.errors import InvalidRequest
from contracts.rpc.assistants.tools import UserToolFields
from services.assistants.domain import url_template
from services.assistants.domain.tool_arguments import as_text, check_schema
from services.assistants.domain.user_tool import is_secret

MOST_ENTRIES = 100
CREDENTIALS = {
    "bearer": ("token",),
    "basic": ("username", "password"),
    "header": ("name", "value"),
}
MAY_BE_BLANK = frozenset({"password"})
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")
_HEADER_TEXT = re.compile(r"[\t\x20-\x7e]*\Z")
_NOT_THE_USERS = frozenset([
    "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "te",
    "trailer", "transfer-encoding", "upgrade",
])  # fmt: skip
"""Those of the connection, not of the request."""
Fault = tuple[str, str]


def check(fields: UserToolFields) -> None:
    """Raises InvalidRequest, one entry per offending field."""
    found: dict[str, list[str]] = {}
    for field, fault in (
        *_of_credentials(fields),
        *_of_headers(fields.headers),
        *_of_address(fields.endpoint_url),
        *_of_query(fields.query_parameters_json),
        *_of_schema(fields),
    ):
        found.setdefault(field, []).append(fault)
    if found:
        raise InvalidRequest(fields=found)


def credentials_missing(fields: UserToolFields) -> list[str]:
    """Names of what its kind of authentication needs and it does not have."""
    needed = CREDENTIALS.get(fields.auth_type or "", ())
    given = fields.auth_credentials
    return [
        name
        for name in needed
        if not isinstance(given.get(name), str) or not (given[name] or name in MAY_BE_BLANK)
    ]


def _of_credentials(fields: UserToolFields) -> Iterator[Fault]:
    if fields.auth_type is None:
        if fields.auth_required or fields.auth_credentials:
            yield "auth_type", "This field is required."
        return
    if (fields.auth_required or fields.auth_credentials) and (
        missing := credentials_missing(fields)
    ):
        kind = " and ".join(f'"{name}"' for name in missing)
        yield "auth_credentials", f'Authentication by "{fields.auth_type}" needs {kind}.'
        return
    given = {name: fields.auth_credentials.get(name, "") for name in CREDENTIALS[fields.auth_type]}
    for name, text in given.items():
        if fields.auth_type != "basic" and not _HEADER_TEXT.match(text):
            yield "auth_credentials", f'"{name}" has characters that no header may have.'
    if fields.auth_type == "basic" and ":" in given["username"]:
        yield "auth_credentials", '"username" may not have a colon in it.'
    if fields.auth_type == "header" and given["name"]:
        yield from (("auth_credentials", fault) for fault in _of_name(given["name"]))


def _of_headers(headers: Mapping[str, Any]) -> Iterator[Fault]:
    if len(headers) > MOST_ENTRIES:
        yield "headers", f"Ensure this field has no more than {MOST_ENTRIES} elements."
    for name, value in headers.items():
        yield from (("headers", fault) for fault in _of_name(name))
        if isinstance(value, dict | list) or not _HEADER_TEXT.match(as_text(value)):
            yield "headers", f'"{name[:100]}" must be a text of one line.'


def _of_name(name: str) -> Iterator[str]:
    if not _HEADER_NAME.match(name):
        yield f'"{name[:100]}" is no name of a header.'
    elif name.lower() in _NOT_THE_USERS or name.lower().startswith("proxy-"):
        yield f'"{name}" belongs to the connection and cannot be set.'


def _of_address(address: str) -> Iterator[Fault]:
    """Addresses are shown and logged; what is secret has places that are not."""
    for name, value in parse_qsl(address.partition("#")[0].partition("?")[2]):
        if is_secret("query_parameters_json", name) and not url_template.names(
            f"http://x/?{value}"
        ):
            told = f'"{name[:100]}" would be shown: give it in query_parameters_json, or use auth.'
            yield "endpoint_url", told


def _of_query(parameters: Mapping[str, Any]) -> Iterator[Fault]:
    if len(parameters) > MOST_ENTRIES:
        told = f"Ensure this field has no more than {MOST_ENTRIES} elements."
        yield "query_parameters_json", told
    for name, value in parameters.items():
        values = value if isinstance(value, list) else [value]
        if any(isinstance(each, dict | list) for each in values):
            yield "query_parameters_json", f'"{name[:100]}" must be a text, or a list of texts.'


def _of_schema(fields: UserToolFields) -> Iterator[Fault]:
    try:
        check_schema(fields)
    except ValueError as error:
        yield "body_schema", str(error)
