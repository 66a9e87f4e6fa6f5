"""Names of assistants."""

COPIED = " (Copy)"
MAX_CHARACTERS = 255


def name_of_copy(name: str) -> str:
    """The name with "(Copy)" behind it; the original's end is cut off where it would be too long."""
    return name[: MAX_CHARACTERS - len(COPIED)].rstrip() + COPIED
