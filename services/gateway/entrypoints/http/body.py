"""Bodies: JSON or a form, at most so long, checked against a model; told wrong as REST framework would."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from chassis.field_errors import WHOLE, invalid_request
from contracts.errors import InvalidRequest
from contracts.shapes import Shape
from services.gateway.domain import json_document
from services.gateway.domain.limits import check_length
from services.gateway.entrypoints.http.credentials import application_of
from services.gateway.entrypoints.http.errors import body_too_slow, unsupported_media_type

JSON, FORM, MULTIPART = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
)
MAX_FORM_FIELDS = 1000
Model = TypeVar("Model", bound=BaseModel)
Asked = TypeVar("Asked", bound=Shape)


class BodyOf(Generic[Model]):
    """A dependency: the request's body as a `model`. `example` goes into the documentation.

    Raises InvalidRequest, TooLarge, 408, 415. An empty body is an object without members. Where one
    member holds the fields that clients know, `inside` names it: wrong ones are told as its fields.
    Where `file` names a part, the JSON may be sent as that file of a multipart form too; with
    `or_query` members may be query parameters. `counted`: see `invalid_request`.
    """

    def __init__(
        self,
        model: type[Model],
        *,
        example: dict[str, Any] | None = None,
        inside: str | None = None,
        times_usual_length: int = 1,
        file: str | None = None,
        or_query: bool = False,
        counted: Mapping[str, str] | None = None,
    ) -> None:
        self.model = model
        self.example = example
        self.file = file
        self.or_query = or_query
        self._counted = counted
        self._inside = inside
        self._times = times_usual_length

    async def __call__(self, request: Request) -> Model:
        members = await read_members(request, times_usual_length=self._times, file=self.file)
        if self.or_query:
            members = {**request.query_params, **members}
        return checked(self.model, members, inside=self._inside, counted=self._counted)


class QueryOf(Generic[Model]):
    """A dependency: the query parameters as a `model`; of a repeated one the last counts."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    async def __call__(self, request: Request) -> Model:
        return checked(self.model, dict(request.query_params))


def checked(
    model: type[Model],
    members: dict[str, Any],
    *,
    inside: str | None = None,
    counted: Mapping[str, str] | None = None,
) -> Model:
    """Raises InvalidRequest, one entry per offending field."""
    try:
        return model.model_validate(members)
    except ValidationError as error:
        raise invalid_request(error, inside=inside, counted=counted) from None


def asking(shape: type[Asked], *, renamed: dict[str, str] | None = None, **values: Any) -> Asked:
    """A question to a service, made of what the client sent; `renamed`: the shape's name, the client's."""
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        raise invalid_request(error, renamed=renamed) from None


async def read_members(
    request: Request, *, times_usual_length: int = 1, file: str | None = None
) -> dict[str, Any]:
    """The members of the object in the body, or in its part `file`."""
    limits = (await application_of(request)).limits
    limit = times_usual_length * limits.json_bytes
    async with arriving_within(limits.json_s):
        raw = b"".join([chunk async for chunk in limited(request, limit=limit)])
    if not raw:
        return {}
    content_type = request.headers.get("content-type", "")
    kind = media_type(request)
    if kind == JSON:
        return _json_members(raw)
    if kind == FORM:
        return _form_members(raw)
    if kind == MULTIPART:
        return await _multipart_members(request, raw, file=file)
    raise unsupported_media_type(content_type)


def media_type(request: Request) -> str:
    """What the body says it is, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


@asynccontextmanager
async def arriving_within(limit_s: float) -> AsyncIterator[None]:
    """Inside, a body is read; raises 408 where that takes longer."""
    try:
        async with asyncio.timeout(limit_s):
            yield
    except TimeoutError:
        raise body_too_slow(limit_s) from None


async def limited(request: Request, *, limit: int, overhead: int = 0) -> AsyncIterator[bytes]:
    """The body in pieces. Raises TooLarge before reading where the length is announced.

    `overhead` bytes are granted besides the limit.
    """
    what = "The request body"
    announced = request.headers.get("content-length", "0")
    size = int(announced) if announced.isdecimal() else 0
    check_length(size, limit=limit, what=what, overhead=overhead)
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        check_length(length, limit=limit, what=what, overhead=overhead)
        yield chunk


def _json_members(raw: bytes) -> dict[str, Any]:
    try:
        value = json_document.parse(raw)
    except ValueError as error:
        raise InvalidRequest(f"JSON parse error - {error}") from None
    if not isinstance(value, dict):
        told = f"Invalid data. Expected a dictionary, but got {type(value).__name__}."
        raise InvalidRequest.on(WHOLE, told)
    return value


def _form_members(raw: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FORM_FIELDS
        )
    except ValueError as error:
        raise InvalidRequest(f"Form parse error - {error}") from None
    return dict(pairs)


async def _multipart_members(request: Request, raw: bytes, *, file: str | None) -> dict[str, Any]:
    async def at_once() -> Any:
        yield raw

    try:
        form = await MultiPartParser(request.headers, at_once()).parse()
    except MultiPartException as error:
        raise multipart_error(error) from None
    try:
        if file:
            return _json_members(await _sent_file(form, file))
        return {name: value for name, value in form.items() if not isinstance(value, UploadFile)}
    finally:
        await form.close()


async def _sent_file(form: FormData, name: str) -> bytes:
    sent = form.get(name)
    if not isinstance(sent, UploadFile):
        raise InvalidRequest.on(name, "No file was submitted.")
    return await sent.read()


def multipart_error(error: MultiPartException) -> InvalidRequest:
    """In REST framework's words."""
    return InvalidRequest(f"Multipart form parse error - {error.message}")
