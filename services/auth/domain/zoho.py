"""Zoho's rules: which accounts servers there are, what its refusals mean."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

LOCATIONS = {
    "us": "https://accounts.zoho.com",
    "eu": "https://accounts.zoho.eu",
    "in": "https://accounts.zoho.in",
    "au": "https://accounts.zoho.com.au",
    "jp": "https://accounts.zoho.jp",
    "uk": "https://accounts.zoho.uk",
    "ca": "https://accounts.zohocloud.ca",
    "sa": "https://accounts.zoho.sa",
    "ae": "https://accounts.zoho.ae",
    "cn": "https://accounts.zoho.com.cn",
}
"""Zoho's own list (https://accounts.zoho.com/oauth/serverinfo), and China, which has one of its own."""

TOLD_REASONS = frozenset(
    {"access_denied", "invalid_client", "invalid_code", "invalid_redirect_uri", "invalid_scope"}
)
"""Words of Zoho's that go on to the front end; any other is `zoho_error`."""


class ZohoRefused(Exception):
    """Zoho said no; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ZohoTokens:
    """What a code or a refresh token was exchanged for; `refresh_token` is "" where Zoho gave none."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    api_domain: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZohoConnection:
    """A user's connection, tokens in clear."""

    user_id: int
    accounts_server: str
    tokens: ZohoTokens


def reason_of(error: str) -> str:
    """Zoho's error as a word that may be shown."""
    word = error.strip().lower().replace(" ", "_")
    return word if word in TOLD_REASONS else "zoho_error"


def accounts_server(*, named: str, location: str, default: str, further: Collection[str]) -> str:
    """The server to exchange the code at: the one named, else the location's, else the default.

    Raises ZohoRefused unless it is Zoho's own or one of `further`.
    """
    server = (named or LOCATIONS.get(location.lower(), default)).strip().rstrip("/").lower()
    if server not in {*LOCATIONS.values(), *further}:
        raise ZohoRefused("unknown_accounts_server")
    return server
