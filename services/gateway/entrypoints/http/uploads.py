"""Uploaded files: counted while they arrive, kept on disk, gone with the request."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import unquote
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from contracts.errors import InvalidRequest
from services.gateway.domain.limits import FORM_OVERHEAD_BYTES, check_length
from services.gateway.entrypoints.http.body import (
    MULTIPART,
    arriving_within,
    limited,
    media_type,
    multipart_error,
)
from services.gateway.entrypoints.http.credentials import application_of
from services.gateway.entrypoints.http.errors import unsupported_media_type

REQUIRED = "This field is required."
NO_FILE = "No file was submitted."
NOT_A_FILE = "The submitted data was not a file. Check the encoding type on the form."
EMPTY_FILE = "The submitted file is empty."
MAX_NAME = 2000
_EXTENDED_NAME = re.compile(rb";\s*filename\*\s*=\s*\"?utf-8'[\w-]*'([^\";\s]+)\"?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file for a knowledge base. `name` as the client sent it: knowledge keeps its last part."""

    knowledge_base: UUID
    name: str
    size_bytes: int
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class NewContent:
    """A file whose content takes the place of another's; a knowledge base where one was named."""

    knowledge_base: UUID | None
    name: str
    size_bytes: int
    content: BinaryIO


class UploadOf:
    """A dependency: `file` of a multipart form, and `kb_uuid` from the form or the query."""

    needs_knowledge_base = True

    async def __call__(self, request: Request) -> AsyncIterator[Upload]:
        async for checked in _received(request, needs_knowledge_base=True):
            assert checked.knowledge_base is not None
            base = checked.knowledge_base
            yield Upload(base, checked.name, checked.size_bytes, checked.content)


class NewContentOf(UploadOf):
    """The same, but `kb_uuid` may be absent."""

    needs_knowledge_base = False

    async def __call__(self, request: Request) -> AsyncIterator[NewContent]:  # type: ignore[override]
        async for checked in _received(request, needs_knowledge_base=False):
            yield checked


async def _received(request: Request, *, needs_knowledge_base: bool) -> AsyncIterator[NewContent]:
    application = await application_of(request)
    limit = application.limits.upload_bytes
    with application.upload_places.one():
        async with arriving_within(application.limits.upload_s):
            form = await _read_form(request, limit=limit)
        try:
            yield _checked(form, request, limit=limit, needs_knowledge_base=needs_knowledge_base)
        finally:
            await form.close()


async def _read_form(request: Request, *, limit: int) -> FormData:
    body = limited(request, limit=limit, overhead=FORM_OVERHEAD_BYTES)
    if media_type(request) != MULTIPART:
        if await anext(body, b""):
            raise unsupported_media_type(request.headers.get("content-type", ""))
        return FormData()
    try:
        return await _Parser(request.headers, body).parse()  # type: ignore[arg-type]
    except MultiPartException as error:
        raise multipart_error(error) from None


class _Parser(MultiPartParser):
    """Also knows `filename*=UTF-8''...` (RFC 5987), which some clients send alone."""

    def on_headers_finished(self) -> None:
        part: Any = self._current_part
        header = part.content_disposition or b""
        if match := _EXTENDED_NAME.search(header):
            name = unquote(match[1].decode("latin-1")).replace("\\", "\\\\").replace('"', '\\"')
            plain = re.sub(rb";\s*filename\s*=\s*(\"(?:\\.|[^\"])*\"|[^;]*)", b"", header)
            plain = _EXTENDED_NAME.sub(b"", plain)
            part.content_disposition = plain + f'; filename="{name}"'.encode()
        super().on_headers_finished()


def _checked(
    form: FormData, request: Request, *, limit: int, needs_knowledge_base: bool
) -> NewContent:
    wrong: dict[str, list[str]] = {}
    given = form.get("kb_uuid") or request.query_params.get("kb_uuid")
    knowledge_base = _uuid(given)
    if knowledge_base is None and (given or needs_knowledge_base):
        wrong["kb_uuid"] = ["Must be a valid UUID." if given else REQUIRED]
    file = form.get("file")
    if reason := _why_not_a_file(file):
        wrong["file"] = [reason]
    if wrong or not isinstance(file, UploadFile):
        raise InvalidRequest(fields=wrong)
    size_bytes = file.size or 0
    check_length(size_bytes, limit=limit, what="A file")
    return NewContent(knowledge_base, (file.filename or "")[-MAX_NAME:], size_bytes, file.file)


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None


def _why_not_a_file(value: UploadFile | str | None) -> str | None:
    if value is None or (isinstance(value, UploadFile) and not value.filename):
        return NO_FILE
    if isinstance(value, str):
        return NOT_A_FILE
    return None if value.size else EMPTY_FILE
