"""Every refusal in the shape that REST framework and Simple JWT would give it: made once, here."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from contracts.errors import (
    InvalidRequest,
    NotAuthenticated,
    NotFound,
    ServiceError,
    Throttled,
    Unavailable,
    UpstreamFailed,
)

RETRY_AFTER_S = 5
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="api"'}
NO_SUCH_OBJECT = "Object does not exist."


def refusal(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """A JSON answer that can always be written: what the client sent may be quoted in it."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(text, status, headers, media_type="application/json")


def as_response(error: ServiceError) -> Response:
    """The documented status, body and headers of an error."""
    body: dict[str, Any] = {"detail": error.detail}
    headers = {}
    if isinstance(error, InvalidRequest):
        body = dict(error.fields) or body
    elif isinstance(error, NotAuthenticated):
        body |= _set(error.extra)
        headers = CHALLENGE
    elif isinstance(error, NotFound):
        body = {"detail": NotFound.default_detail}
    elif isinstance(error, Throttled):
        headers = {"Retry-After": str(error.extra["retry_after_s"])}
    elif isinstance(error, Unavailable):
        headers = {"Retry-After": str(RETRY_AFTER_S)}
    elif error.http_status >= 500 and not isinstance(error, UpstreamFailed):
        return internal_error()
    return refusal(error.http_status, body, headers)


def internal_error() -> Response:
    """A bug, told without detail."""
    return refusal(500, {"detail": "Internal server error."})


def _set(extra: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in extra.items() if value is not None}


def unsupported_media_type(content_type: str) -> HTTPException:
    """415, naming what was sent."""
    return HTTPException(415, f'Unsupported media type "{content_type[:200]}" in request.')


def body_too_slow(limit_s: float) -> HTTPException:
    """408; whoever is that slow has to connect again."""
    told = f"The request body did not arrive within {limit_s:g} seconds."
    return HTTPException(408, told, headers={"Connection": "close"})


def method_not_allowed(method: str, allowed: set[str]) -> HTTPException:
    """405, with what is allowed."""
    headers = {"Allow": ", ".join(sorted(allowed))}
    return HTTPException(405, f'Method "{method}" not allowed.', headers=headers)


@contextmanager
def referring(**fields: str) -> Iterator[None]:
    """Inside, a NotFound of a kind of thing is told on the field of the body that named it.

    `referring(knowledge_base="kb_uuid")`; a kind that is not listed stays a 404.
    """
    try:
        yield
    except NotFound as error:
        field = fields.get(str(error.extra.get("what")))
        if field is None:
            raise
        raise InvalidRequest.on(field, NO_SUCH_OBJECT) from None


async def _answer_service_error(_request: Request, error: Any) -> Response:
    return as_response(error)


async def _answer_http_exception(_request: Request, error: Any) -> Response:
    detail = NotFound.default_detail if error.status_code == 404 else error.detail
    return refusal(error.status_code, {"detail": detail}, error.headers)


def install_errors(app: FastAPI) -> None:
    """Answer errors of services and of the framework alike."""
    app.add_exception_handler(ServiceError, _answer_service_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)
