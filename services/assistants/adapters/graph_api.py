"""Meta's Graph API over HTTPS: text messages and read receipts."""

import json
import time
from dataclasses import dataclass
from typing import Any

import httpx
import structlog

from contracts.rpc.assistants.tools import MASK
from services.assistants.domain.whatsapp_reply import GraphBusy, GraphRefused, Line, is_temporary

log = structlog.get_logger(__name__)
MAX_ANSWER_BYTES = 64 * 1024
REASON_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class HttpGraph:
    """The port `Graph`. url: with the version, as https://graph.facebook.com/v23.0."""

    http: httpx.Client
    url: str
    timeout_s: float

    def send(self, line: Line, *, to: str, text: str) -> str:
        told = self._post(
            line,
            {
                "recipient_type": "individual",
                "to": to,
                "type": "text",
                "text": {"preview_url": False, "body": text},
            },
        )
        try:
            return str(told["messages"][0]["id"])
        except (KeyError, IndexError, TypeError):
            log.warning("graph_answer_unknown")  # it was a 200: to send again would be worse
            return ""

    def mark_read(self, line: Line, wamid: str) -> None:
        typing = {"status": "read", "message_id": wamid, "typing_indicator": {"type": "text"}}
        try:
            self._post(line, typing)
        except (GraphBusy, GraphRefused) as error:
            log.info("not_marked_read", reason=str(error))

    def _post(self, line: Line, members: dict[str, Any]) -> Any:
        status, body = self._answer(line, {"messaging_product": "whatsapp", **members})
        try:
            told = json.loads(body)
        except ValueError:
            told = None
        if status < 300:
            return told
        error = told.get("error") if isinstance(told, dict) else None
        error = error if isinstance(error, dict) else {}
        code = error.get("code")
        reason = f"WhatsApp answered {status}: {error.get('message') or 'no reason given'}"
        # some of Graph's sentences quote the token
        reason = reason.replace(line.access_token, MASK)[:REASON_CHARACTERS]
        kind = is_temporary(status, code if isinstance(code, int) else None)
        raise (GraphBusy if kind else GraphRefused)(reason)

    def _answer(self, line: Line, members: dict[str, Any]) -> tuple[int, bytes]:
        deadline = time.monotonic() + self.timeout_s
        headers = {"Authorization": f"Bearer {line.access_token}"}
        url = f"{self.url.rstrip('/')}/{line.phone_number_id}/messages"
        try:
            with self.http.stream("POST", url, json=members, headers=headers) as response:
                body = b""
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_ANSWER_BYTES or time.monotonic() > deadline:
                        break  # the status has said it
                return response.status_code, body
        except httpx.HTTPError as error:
            raise GraphBusy(f"WhatsApp cannot be reached: {type(error).__name__}") from error


def graph_client(timeout_s: float) -> httpx.Client:
    """No redirects: the token goes to that one server."""
    return httpx.Client(timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, 5)))
