"""The request that a call of a tool makes."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from contracts.errors import InvalidRequest
from contracts.rpc.assistants.tools import UserToolFields
from services.assistants.domain import url_template
from services.assistants.domain.tool_arguments import as_text
from services.assistants.domain.user_tool_rules import credentials_missing

WITHOUT_BODY = frozenset({"GET", "DELETE"})
UNREADABLE = "The stored credentials are not complete. Set them again."
_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRequest:
    """What goes out; the secrets are in it."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None


def tool_request(fields: UserToolFields, arguments: Mapping[str, Any]) -> ToolRequest:
    """Arguments that the address has no place for go into the query, or into the body.

    What the tool's author set wins over an argument of the same name. Raises InvalidRequest.
    """
    placed = url_template.names(fields.endpoint_url)
    try:
        url = url_template.filled(
            fields.endpoint_url, {name: as_text(arguments.get(name)) for name in placed}
        )
    except ValueError as error:
        raise InvalidRequest.on("arguments", str(error)) from None
    rest = {name: value for name, value in arguments.items() if name not in placed}
    has_body = fields.http_method not in WITHOUT_BODY and fields.send_body
    fixed = fields.query_parameters_json if fields.send_query_parameters else {}
    asked = {} if has_body else {n: value for n, value in rest.items() if n not in fixed}
    headers = _headers(fields)
    content = None
    if has_body and (rest or fields.body_schema):
        headers["Content-Type"], content = _body(fields.body_content_type, rest)
    return ToolRequest(
        method=fields.http_method,
        url=_with_query(url, [*_pairs(fixed), *_pairs(asked)]),
        headers=headers,
        content=content,
    )


def _headers(fields: UserToolFields) -> dict[str, str]:
    headers = {}
    if fields.send_headers:
        headers = {name: as_text(value).strip() for name, value in fields.headers.items()}
    own = _authentication(fields) if fields.auth_required else {}
    replaced = {name.lower() for name in own} | {"content-type"}
    return {name: text for name, text in headers.items() if name.lower() not in replaced} | own


def _authentication(fields: UserToolFields) -> dict[str, str]:
    if credentials_missing(fields):
        raise InvalidRequest.on("auth_credentials", UNREADABLE)
    given = fields.auth_credentials
    match fields.auth_type:
        case "bearer":
            return {"Authorization": f"Bearer {given['token'].strip()}"}
        case "basic":
            return {"Authorization": f"Basic {basic(given['username'], given['password'])}"}
        case _:
            return {given["name"]: given["value"].strip()}


def basic(username: str, password: str) -> str:
    """As HTTP's Basic writes the two."""
    return b64encode(f"{username}:{password}".encode()).decode()


def _pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A list is one pair for each of its members, null none."""
    pairs = []
    for name, value in values.items():
        members = value if isinstance(value, list) else [value]
        pairs += [(name, as_text(each)) for each in members if each is not None]
    return pairs


def _with_query(url: str, pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return url
    joint = "" if url.endswith(("?", "&")) else "&" if "?" in url else "?"
    return f"{url}{joint}{urlencode(pairs, quote_via=quote, safe='')}"


def _body(content_type: str, values: Mapping[str, Any]) -> tuple[str, bytes]:
    """The header and the bytes. Of types that have no names, a single argument is the body."""
    if content_type == "application/json" or content_type.endswith("+json"):
        return content_type, json.dumps(values, ensure_ascii=False).encode()
    if content_type == "application/x-www-form-urlencoded":
        return content_type, urlencode(_pairs(values)).encode()
    if content_type == "multipart/form-data":
        return _multipart(_pairs(values))
    if len(values) == 1:
        text = as_text(next(iter(values.values())))
    else:
        text = "\n".join(f"{name}: {as_text(value)}" for name, value in values.items())
    return f"{content_type}; charset=utf-8", text.encode()


def _multipart(pairs: list[tuple[str, str]]) -> tuple[str, bytes]:
    # a boundary that cannot be among the values, because it depends on them
    boundary = f"parlance-{hashlib.sha256(repr(pairs).encode()).hexdigest()[:32]}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name.translate(_QUOTED)}"'
        f"\r\n\r\n{text}\r\n"
        for name, text in pairs
    ]
    return (
        f"multipart/form-data; boundary={boundary}",
        "".join([*parts, f"--{boundary}--\r\n"]).encode(),
    )
