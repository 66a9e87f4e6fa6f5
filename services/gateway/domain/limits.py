"""How much a request may hold, and how long it may take to arrive."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.errors import InvalidRequest, TooLarge

FORM_OVERHEAD_BYTES = 64 * 1024
"""Boundaries, part headers and small fields around an uploaded file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes of a JSON body and of an uploaded file; messages of a chat, characters of a message.

    json_s, upload_s: seconds that a body may take from its first byte to its last.
    """

    json_bytes: int
    upload_bytes: int
    messages: int
    message_characters: int
    json_s: float
    upload_s: float


def check_length(length: int, *, limit: int, what: str, overhead: int = 0) -> None:
    """Raises TooLarge, naming both; `overhead` is granted besides, and not named."""
    if length > limit + overhead:
        raise TooLarge(f"{what} is limited to {limit} bytes, and this one has {length} or more.")


def check_messages(contents: Iterable[str], *, limits: Limits) -> None:
    """Raises InvalidRequest on `messages`; the last content is the question."""
    texts = list(contents)
    if not texts:
        raise InvalidRequest.on("messages", "This list may not be empty.")
    if len(texts) > limits.messages:
        raise InvalidRequest.on(
            "messages", f"Ensure this field has no more than {limits.messages} elements."
        )
    if max(map(len, texts)) > limits.message_characters:
        raise InvalidRequest.on(
            "messages",
            f"Ensure each message has no more than {limits.message_characters} characters.",
        )
    if not texts[-1].strip():
        raise InvalidRequest.on("messages", "The last message may not be blank.")
