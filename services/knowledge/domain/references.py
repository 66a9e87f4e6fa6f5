"""How a client names a knowledge base: an integer id or a UUID, as text."""

from uuid import UUID

LARGEST_ID = 2**63 - 1


def parse_reference(text: str) -> int | UUID | None:
    """The id that the text means; None for what can be neither."""
    if text.isascii() and text.isdigit():
        number = int(text)
        return number if 1 <= number <= LARGEST_ID else None
    return parse_uuid(text)


def parse_uuid(text: str) -> UUID | None:
    """The UUID in its usual spelling with or without hyphens, else None."""
    try:
        return UUID(text) if text.isascii() and len(text) in {32, 36} else None
    except ValueError:
        return None
