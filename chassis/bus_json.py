"""JSON as it travels on the bus: compact UTF-8, and never longer than the broker takes.

A message that is too long would cost everybody their channel. The usual escapes would make six
bytes of a letter that the client sent as two, so what a client may send would not fit.
"""

import json
from typing import Any

MAX_MESSAGE_BYTES = 1_048_576
"""The `max_message_size` of the broker."""


class MessageTooLong(ValueError):
    """Nothing was sent."""


def encoded(value: Any) -> bytes:
    """The body of a message. Raises MessageTooLong."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        body = text.encode()
    except UnicodeEncodeError:  # a lone surrogate, quoted in an error
        body = json.dumps(value).encode()
    if len(body) > MAX_MESSAGE_BYTES:
        raise MessageTooLong(f"{len(body)} bytes")
    return body
