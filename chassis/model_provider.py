"""Who answers at a URL that speaks Cohere's v2 API: Cohere itself, or a server of one's own."""

from urllib.parse import urlsplit

_COHERE_HOSTS = ("cohere.com", "cohere.ai")


def is_cohere(url: str) -> bool:
    """Whether the models' default names are Cohere's; a private deployment names its own."""
    host = urlsplit(url).hostname or ""
    return any(host == known or host.endswith(f".{known}") for known in _COHERE_HOSTS)
