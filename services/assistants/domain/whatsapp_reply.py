"""What becomes of a WhatsApp message: until when it is answered, what is said where there is no answer."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.assistants.domain.whatsapp_webhook import Kind

WINDOW = timedelta(hours=23, minutes=50)
"""Free text may be sent within 24 hours of somebody's message; afterwards WhatsApp refuses it."""
PATIENCE = timedelta(minutes=10)
"""How long somebody waits for parts that are away, before they are told so."""
MOST_CRASHES = 5
UNSUPPORTED = "Sorry, I can only read text messages."
TOO_MANY = "You are writing faster than I can answer. Please wait a minute, then ask again."
ARCHIVED = "This assistant is not available at the moment."
AWAY = "Sorry, I cannot answer at the moment. Please try again later."
CANNOT = "Sorry, I cannot answer this message."


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Where an answer goes: a number of ours, by an assistant of a user."""

    channel_id: int
    user_id: int
    assistant_uuid: UUID
    phone_number_id: str
    access_token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The oldest message of a sender that is not settled.

    `line` is None when the assistant was deleted. `answers` are made already where they are not None;
    `sent` of them have gone. `tries` ended without a word: the process died.
    """

    id: int
    line: Line | None
    sender: str
    conversation_uuid: UUID | None
    wamid: str
    kind: Kind
    text: str
    written_at: datetime
    received_at: datetime
    answers: tuple[str, ...] | None
    sent: int
    tries: int


def hopeless(message: Waiting, *, now: datetime) -> str:
    """Why it is not answered any more; empty while it is."""
    if message.line is None:
        return "The assistant was deleted."
    if now - message.written_at > WINDOW:
        return "Older than WhatsApp's window for answers."
    if message.tries > MOST_CRASHES:
        return "The process ended each time it was answered."
    return ""


def canned(message: Waiting) -> str:
    """What is said without asking the assistant; empty where it is asked."""
    return {"unsupported": UNSUPPORTED, "too_many": TOO_MANY}.get(message.kind, "")


class GraphRefused(Exception):
    """The Graph API will not send this, however often it is asked; the text says why."""


class GraphBusy(Exception):
    """The Graph API may send this later."""


TEMPORARY = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004})
"""Codes of Meta: unknown and service errors, rate limits, maintenance. Some come with status 400."""
PERMANENT = frozenset({3})
"""A missing permission comes with status 500."""


def is_temporary(status: int, code: int | None) -> bool:
    """By Meta's code where there is a known one, else by the HTTP status."""
    if code in PERMANENT:
        return False
    return code in TEMPORARY or status in {408, 429} or status >= 500
