"""Content-Disposition for a download of any name (RFC 6266), as a header that every client reads alike."""

import unicodedata
from urllib.parse import quote

MAX_BYTES = 200
"""Of a file's name: file systems allow 255, and browsers put "(1)" into it."""
FORBIDDEN = frozenset('<>:"/\\|?*')
"""In names of files, on one system or another."""
MISREAD = frozenset("%;")
"""Some clients decode or split at these even between quotes."""
UNPRINTABLE = ("C", "Zl", "Zp")
"""Categories: controls, directions of writing, halves of surrogates; separators of lines."""


def content_disposition(*, before: str, name: str, after: str) -> str:
    """For the file `before + name + after`; `name` is whatever a user wrote, the others are plain."""
    middle = _shortened("".join(map(_allowed, name)), to_bytes=MAX_BYTES - len(before) - len(after))
    full, plain = f"{before}{middle}{after}", f"{before}{''.join(map(_plain, middle))}{after}"
    header = f'attachment; filename="{plain}"'
    return header if plain == full else f"{header}; filename*=UTF-8''{quote(full, safe='')}"


def _allowed(character: str) -> str:
    is_printable = not unicodedata.category(character).startswith(UNPRINTABLE)
    return character if is_printable and character not in FORBIDDEN else "_"


def _plain(character: str) -> str:
    return character if character.isascii() and character not in MISREAD else "_"


def _shortened(text: str, *, to_bytes: int) -> str:
    return text.encode()[:to_bytes].decode(errors="ignore")
