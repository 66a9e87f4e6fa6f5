"""What Meta's Cloud API tells a webhook: whether it was Meta, and which messages people have written.

The shape: {"entry": [{"changes": [{"value": {"metadata", "contacts", "messages", "statuses"}}]}]}.
"""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from contracts.errors import InvalidRequest

SIGNATURE_PREFIX = "sha256="
MESSAGE_CHARACTERS = 4096
SILENT_TYPES = frozenset({"reaction", "system"})
"""Nobody expects an answer to a thumb, or to a change of number."""
Kind = Literal["question", "unsupported", "too_many"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSecrets:
    """access_token: for the Graph API; app_secret: signs webhook calls; verify_token: sets them up."""

    access_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledChannel:
    """The channel that a webhook belongs to."""

    id: int
    phone_number_id: str
    secrets: ChannelSecrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message that somebody wrote. wamid: WhatsApp's id of it; sender: their number."""

    wamid: str
    sender: str
    kind: Kind
    text: str
    written_at: datetime


def is_signed(body: bytes, signature: str, *, app_secret: str) -> bool:
    """Whether the header X-Hub-Signature-256 is the one that Meta makes for these bytes."""
    digest = hmac.new(app_secret.encode(), body, sha256).hexdigest()
    return is_same(f"{SIGNATURE_PREFIX}{digest}", signature)


def is_same(expected: str, given: str) -> bool:
    """In a time that says nothing about where they differ."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def admitted(kind: Kind, *, recent: int, per_minute: int) -> tuple[Kind, str]:
    """What becomes of a message whose sender wrote `recent` others just before: its kind, its state."""
    if recent < per_minute:
        return kind, "waiting"
    return "too_many", "waiting" if recent == per_minute else "ignored"


def incoming(body: bytes, *, phone_number_id: str, now: datetime) -> list[Incoming]:
    """The messages to that number, oldest first; statuses and what is not understood are left out.

    Raises InvalidRequest where the body is no JSON object.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise InvalidRequest("Expected a JSON object.")
    found = [
        message
        for value in _values(told)
        if _object(value, "metadata").get("phone_number_id") == phone_number_id
        for each in _objects(value, "messages")
        if (message := _message(each, now=now))
    ]
    return sorted(found, key=lambda message: message.written_at)


def _values(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in _objects(told, "entry"):
        for change in _objects(entry, "changes"):
            yield _object(change, "value")


def _message(told: dict[str, Any], *, now: datetime) -> Incoming | None:
    wamid, sender, kind = _text(told, "id"), _text(told, "from"), _text(told, "type")
    if not (0 < len(wamid) <= 255 and 0 < len(sender) <= 64) or kind in SILENT_TYPES:
        return None
    text = _said(told, kind)
    return Incoming(
        wamid=wamid,
        sender=sender,
        kind="question" if text else "unsupported",
        text=text,
        written_at=_moment(_text(told, "timestamp"), now=now),
    )


def _said(told: dict[str, Any], kind: str) -> str:
    """The words of a text, a button or a choice; empty for everything else."""
    part = _object(told, kind)
    if kind == "interactive":
        part = _object(part, "button_reply") or _object(part, "list_reply")
    name = {"text": "body", "button": "text", "interactive": "title"}.get(kind, "")
    return _text(part, name).strip()[:MESSAGE_CHARACTERS]


def _moment(seconds: str, *, now: datetime) -> datetime:
    """Unix time, not in the future; `now` where there is none."""
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 11):
        return now
    return min(datetime.fromtimestamp(int(seconds), UTC), now)


def _objects(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = told.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _object(told: dict[str, Any], name: str) -> dict[str, Any]:
    value = told.get(name)
    return value if isinstance(value, dict) else {}


def _text(told: dict[str, Any], name: str) -> str:
    """Storable: PostgreSQL has no NUL, UTF-8 no lone surrogates."""
    value = told.get(name)
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()
