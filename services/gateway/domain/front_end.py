"""Where browsers are sent back to."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def back_to(front_end: str, **told: str) -> str:
    """The front end's address with `told` added to its query; empty values are left out."""
    parts = urlsplit(front_end)
    query = parse_qsl(parts.query) + [(name, value) for name, value in told.items() if value]
    return urlunsplit(parts._replace(query=urlencode(query)))
