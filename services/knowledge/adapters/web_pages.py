"""Pages from the web, through the guard: what can be read, as bytes that a reader understands."""

import codecs
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import get_args

import structlog

from chassis.guarded_http import Fetched, FetchFailed, GuardedHttp
from chassis.reach import AddressRefused
from chassis.web_address import BadAddress, WebAddress
from services.knowledge.domain.extraction import ExtractionFailed
from services.knowledge.domain.link import FetchedPage, PageGone
from services.knowledge.domain.media_types import (
    ALIASES,
    HEAD_BYTES,
    TEXT_KINDS,
    Kind,
    UnsupportedDocument,
    check_upload,
)

log = structlog.get_logger(__name__)
_KINDS: dict[str, str] = {
    "text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt",
    "text/markdown": "md", "text/x-markdown": "md", "text/csv": "csv",
    "text/tab-separated-values": "tsv", "application/json": "json",
    "application/x-ndjson": "jsonl", "application/pdf": "pdf", "application/x-pdf": "pdf",
    "application/epub+zip": "epub", "message/rfc822": "eml", "application/vnd.ms-excel": "xls",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip
_UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/download"})
_MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_SUFFIX = re.compile(r"\.([a-z0-9]{1,8})\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GuardedPages:
    """The port `WebPages`."""

    http: GuardedHttp

    def fetch(self, url: str, *, may_be_gone: bool) -> FetchedPage:
        try:
            answer = self.http.fetch(url, check=_readable)
        except _Missing as missing:
            if may_be_gone:
                raise PageGone(missing.reason) from missing
            raise ExtractionFailed(missing.reason) from missing
        except FetchFailed as failure:
            raise ExtractionFailed(failure.reason) from failure
        except (AddressRefused, BadAddress) as refusal:
            log.warning("address_refused", url=url[:300])
            raise ExtractionFailed(str(refusal)) from refusal
        return _page(answer)


class _Missing(FetchFailed):
    """There is no such page."""


def _readable(*, address: WebAddress, status: int, content_type: str) -> None:
    """Before the body is read. Raises FetchFailed."""
    if status >= 400 or status < 200:
        kind = _Missing if status in _MISSING else FetchFailed
        raise kind(f"The server answered {status}{_phrase(status)}.")
    if content_type not in _UNTOLD and content_type not in _KINDS:
        raise FetchFailed(f'The address leads to "{content_type[:100]}", which cannot be read.')


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


def _page(answer: Fetched) -> FetchedPage:
    kind, body = _kind(answer), answer.body
    try:
        check_upload(f"page.{kind}", body[:HEAD_BYTES], len(body))
    except UnsupportedDocument as refusal:
        reason = refusal.reason.partition(" Supported types:")[0]
        raise ExtractionFailed(reason.replace("The submitted file", "The page")) from refusal
    if kind in TEXT_KINDS:
        body = _in_utf8(body, answer.headers.get("content-type", ""))
    return FetchedPage(address=answer.address, kind="page" if kind == "html" else kind, body=body)


def _kind(answer: Fetched) -> str:
    """By content type; by the address and the first bytes where that says nothing."""
    told = _KINDS.get(answer.content_type)
    path = answer.address.target.partition("?")[0]
    suffix = _SUFFIX.search(path)
    named = suffix[1].lower() if suffix else ""
    named = ALIASES.get(named, named)
    if told == "txt" and named in {"md", "csv", "tsv", "json", "jsonl"}:
        return named
    if told is not None:
        return told
    if answer.body.startswith(b"%PDF-"):
        return "pdf"
    return named if named in get_args(Kind) else "html"


def _in_utf8(body: bytes, content_type: str) -> bytes:
    """Marked as UTF-8 where the header names an encoding, unless the bytes belie it."""
    named = _CHARSET.search(content_type)
    if (
        named is None
        or not body
        or body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        return body
    try:
        return codecs.BOM_UTF8 + body.decode("utf-8").encode()
    except UnicodeDecodeError:
        pass
    try:
        is_latin = named[1].lower() in {"iso-8859-1", "latin1", "us-ascii"}  # as browsers do
        text = body.decode("cp1252" if is_latin else named[1], "replace")
    except LookupError:
        return body  # the page or a guess will tell
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")
