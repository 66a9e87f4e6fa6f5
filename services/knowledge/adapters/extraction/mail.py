"""Reads eml: the message's headers and its text; attachments are named, not read."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from services.knowledge.domain.extraction import Block, ExtractionFailed
from services.knowledge.domain.media_types import looks_like_utf16

from .reading import About, Outline
from .text import paragraphs
from .web import page_blocks

_HEADERS = ("Subject", "From", "To", "Cc", "Date")


def read(path: Path, about: About) -> Iterator[Block]:
    """Headers, then the plain text or else the HTML. Raises ExtractionFailed for what is no mail."""
    content = path.read_bytes()
    if b"\x00" in content[:8192] and (codec := looks_like_utf16(content[:8192])):
        content = content.decode(codec, "replace").lstrip("\ufeff").encode()
        about.metadata["encoding"] = codec
    message = message_from_bytes(content, policy=policy.default)
    headers = [(name, str(message[name])) for name in _HEADERS if message[name]]
    if not headers:
        raise ExtractionFailed("The file is not a mail message.")
    about.title = str(message["Subject"] or "")
    yield Block(text="\n".join(f"{name}: {value}" for name, value in headers))
    yield from _body_blocks(message, about)
    parts = message.iter_attachments() if message.is_multipart() else ()
    names = [part.get_filename() for part in parts]
    if any(names):
        yield Block(text="Attachments: " + ", ".join(name for name in names if name))


def _body_blocks(message: EmailMessage, about: About) -> Iterator[Block]:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return
    text = _text_of(body)
    if body.get_content_type() == "text/html":
        yield from page_blocks(text, about, Outline())
    else:
        yield from (Block(text=paragraph) for paragraph in paragraphs(text.splitlines()))


def _text_of(part: MIMEPart) -> str:
    """The part's text also where it names an encoding that nobody knows."""
    try:
        return str(part.get_content())
    except LookupError:
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
