"""Every error that may cross a process border: one class per meaning, one HTTP and one gRPC status each.

Use cases raise them; each wire maps them once. `detail` is a sentence for people and may reach a browser.
"""

import json
from typing import Any, ClassVar, Self


class ServiceError(Exception):
    """The base: `detail` for people, `extra` for machines (JSON values only)."""

    http_status: ClassVar[int] = 500
    grpc_status: ClassVar[str] = "INTERNAL"
    default_detail: ClassVar[str] = "Internal error."

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        self.detail = detail or self.default_detail
        self.extra = extra
        # nameko sends args and makes text of all that is no string, None and numbers included
        super().__init__(self.detail, json.dumps(extra))

    def __str__(self) -> str:
        return self.detail

    def to_wire(self) -> dict[str, Any]:
        """The JSON form that `from_wire` reads back."""
        return {"error": type(self).__name__, "detail": self.detail, "extra": self.args[1]}

    @classmethod
    def rebuild(cls, detail: str, extra: str) -> Self:
        """An equal error on the other side of a wire, from `args`."""
        return cls(detail, **json.loads(extra))


class InvalidRequest(ServiceError):
    """The input is wrong; `fields` maps each offending field to its messages."""

    http_status = 400
    grpc_status = "INVALID_ARGUMENT"
    default_detail = "Invalid input."

    def __init__(
        self, detail: str | None = None, *, fields: dict[str, list[str]] | None = None
    ) -> None:
        super().__init__(detail, fields=fields or {})

    @classmethod
    def on(cls, field: str, *messages: str) -> "InvalidRequest":
        """The usual case: one field, its messages."""
        return cls(fields={field: list(messages)})

    @property
    def fields(self) -> dict[str, list[str]]:
        """Messages by field; empty when the request as a whole is wrong."""
        return dict(self.extra["fields"])


class NotAuthenticated(ServiceError):
    """Who asks is not known; `code` and `messages` are Simple JWT's, where it has any."""

    http_status = 401
    grpc_status = "UNAUTHENTICATED"
    default_detail = "Authentication credentials were not provided."

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        messages: list[dict[str, str]] | None = None,
    ) -> None:
        super().__init__(detail, code=code, messages=messages)


class NotFound(ServiceError):
    """The thing does not exist, or the caller may not know that it does.

    `what` names the kind of thing ("knowledge_base", "assistant"), so that a door can say which
    field of a body referred to it; it is never shown.
    """

    http_status = 404
    grpc_status = "NOT_FOUND"
    default_detail = "Not found."

    def __init__(self, detail: str | None = None, *, what: str | None = None) -> None:
        super().__init__(detail, what=what)


class Conflict(ServiceError):
    """The thing is in a state that forbids what was asked."""

    http_status = 409
    grpc_status = "FAILED_PRECONDITION"
    default_detail = "Conflict."


class TooLarge(ServiceError):
    """The input is longer than a limit; the detail names both."""

    http_status = 413
    grpc_status = "OUT_OF_RANGE"
    default_detail = "The request is too large."


class Throttled(ServiceError):
    """Too many requests; come back after `retry_after_s`."""

    http_status = 429
    grpc_status = "RESOURCE_EXHAUSTED"
    default_detail = "Request was throttled."

    def __init__(self, detail: str | None = None, *, retry_after_s: int = 1) -> None:
        super().__init__(
            detail or f"Request was throttled. Expected available in {retry_after_s} seconds.",
            retry_after_s=retry_after_s,
        )


class Unavailable(ServiceError):
    """A part that is needed does not answer now; nothing was changed."""

    http_status = 503
    grpc_status = "UNAVAILABLE"
    default_detail = "The service is temporarily unavailable."

    @classmethod
    def of(cls, capability: str) -> "Unavailable":
        """The contract's sentence for it, `capability` as people call it: "Object storage"."""
        return cls(f"{capability} is temporarily unavailable.")


class UpstreamFailed(ServiceError):
    """Something outside that a user named (a tool's endpoint) failed; the detail says how."""

    http_status = 502
    grpc_status = "ABORTED"
    default_detail = "The endpoint failed."


class InternalError(ServiceError):
    """A bug behind a wire: logged where it happened, told without detail."""


ERRORS: dict[str, type[ServiceError]] = {
    kind.__name__: kind
    for kind in (
        InvalidRequest,
        NotAuthenticated,
        NotFound,
        Conflict,
        TooLarge,
        Throttled,
        Unavailable,
        UpstreamFailed,
        InternalError,
    )
}


def from_wire(payload: dict[str, Any]) -> ServiceError:
    """The error that `to_wire` wrote; an unknown name becomes an InternalError."""
    kind = ERRORS.get(str(payload.get("error")), InternalError)
    try:
        return kind.rebuild(str(payload.get("detail") or ""), str(payload.get("extra") or "{}"))
    except TypeError:  # a newer peer's extra fields
        return kind(str(payload.get("detail") or ""))
