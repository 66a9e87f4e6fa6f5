"""Zoho's accounts servers over HTTPS. They answer many errors with 200 and {"error": ...}."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from contracts.errors import Unavailable
from services.auth.domain.zoho import ZohoRefused, ZohoTokens, reason_of

log = structlog.get_logger(__name__)
MAX_ANSWER_BYTES = 64 * 1024
WHOLE_S = 8
"""Shorter than the ten seconds that the gateway waits for auth."""


class _Answer(BaseModel):
    access_token: str
    refresh_token: str = ""
    api_domain: str = ""
    scope: str = ""
    expires_in: int = 3600
    expires_in_sec: int | None = None  # of old clients, whose expires_in is in milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpZohoAccounts:
    """The port `ZohoAccounts`."""

    http: httpx.Client
    server: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scope: str
    now: Callable[[], datetime]

    def authorization_url(self, state: str) -> str:
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self.client_id,
                "scope": self.scope,
                "redirect_uri": self.redirect_uri,
                "access_type": "offline",
                "prompt": "consent",
                "state": state,
            }
        )
        return f"{self.server}/oauth/v2/auth?{query}"

    def exchange(self, server: str, *, code: str) -> ZohoTokens:
        return self._tokens(
            server,
            {"grant_type": "authorization_code", "redirect_uri": self.redirect_uri, "code": code},
        )

    def refresh(self, server: str, *, refresh_token: str) -> ZohoTokens:
        return self._tokens(server, {"grant_type": "refresh_token", "refresh_token": refresh_token})

    def _tokens(self, server: str, form: dict[str, str]) -> ZohoTokens:
        own = {"client_id": self.client_id, "client_secret": self.client_secret}
        asked_at = self.now()
        told = self._post(f"{server}/oauth/v2/token", {**form, **own})
        if error := told.get("error"):
            log.warning("zoho_refused", error=str(error)[:100])
            raise ZohoRefused(reason_of(str(error)))
        try:
            answer = _Answer.model_validate(told)
        except ValidationError as error:
            log.warning("zoho_answer_unknown", fields=[each["loc"] for each in error.errors()])
            raise Unavailable.of("Zoho") from None
        return ZohoTokens(
            access_token=answer.access_token,
            refresh_token=answer.refresh_token,
            expires_at=asked_at + timedelta(seconds=answer.expires_in_sec or answer.expires_in),
            api_domain=answer.api_domain,
            scope=answer.scope,
        )

    def _post(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        deadline = time.monotonic() + WHOLE_S
        try:
            with self.http.stream("POST", url, data=form) as response:
                body = b""
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_ANSWER_BYTES or time.monotonic() > deadline:
                        raise httpx.ReadTimeout("too long an answer", request=response.request)
        except httpx.HTTPError as error:
            log.warning("zoho_away", reason=repr(error)[:300])
            raise Unavailable.of("Zoho") from None
        try:
            told = json.loads(body)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            log.warning("zoho_answer_unknown", status=response.status_code)
            raise Unavailable.of("Zoho")
        return told


def zoho_client() -> httpx.Client:
    """No redirects, no proxies of the environment: codes and secrets go to that one server."""
    return httpx.Client(trust_env=False, timeout=httpx.Timeout(5, connect=3))
