"""Meta's Graph API and a model server in one, on loopback: one is told what people get, one echoes them."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "EAAGgood"
SPOKEN = "**You asked:** "


class MetaStandIn(ThreadingHTTPServer):
    """`sent` are (recipient, text) in order. `refusals`: (status, code) that come first.

    A question is echoed; while `hold` is set the model says nothing.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sent: list[tuple[str, str]] = []
        self.read: list[str] = []
        self.asked: list[list[str]] = []
        self.refusals: list[tuple[int, int]] = []
        self.hold = threading.Event()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def to(self, recipient: str) -> list[str]:
        """What one person got."""
        return [text for person, text in self.sent if person == recipient]

    def graph(self, told: dict[str, Any], token: str) -> tuple[int, dict[str, Any]]:
        with self._lock:
            if told.get("status") == "read":
                self.read.append(told["message_id"])
                return 200, {"success": True}
            if token != TOKEN:
                error = {"message": f"Malformed access token {token}", "code": 190}
                return 401, {"error": error}
            if self.refusals:
                status, code = self.refusals.pop(0)
                return status, {"error": {"message": "Not now", "code": code}}
            self.sent.append((told["to"], told["text"]["body"]))
            return 200, {"messages": [{"id": f"wamid.out.{len(self.sent)}"}]}

    def answer(self, told: dict[str, Any], write: Callable[[bytes], Any]) -> None:
        turns = [_content(each) for each in told["messages"] if each["role"] == "user"]
        self.asked.append(turns)
        while self.hold.is_set():
            threading.Event().wait(0.05)
        for event in _events(f"{SPOKEN}{turns[-1]}"):
            write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())


def _content(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _events(text: str) -> list[dict[str, Any]]:
    started = {"message": {"role": "assistant", "content": []}}
    return [
        {"type": "message-start", "id": "0", "delta": started},
        {
            "type": "content-start",
            "index": 0,
            "delta": {"message": {"content": {"type": "text", "text": ""}}},
        },
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": text}}}},
        {"type": "content-end", "index": 0},
        {
            "type": "message-end",
            "delta": {
                "finish_reason": "COMPLETE",
                "usage": {"tokens": {"input_tokens": 1, "output_tokens": 1}},
            },
        },
    ]


class _Handler(BaseHTTPRequestHandler):
    server: MetaStandIn

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v2/chat":
            self._head(200, "text/event-stream")
            self.server.answer(told, self.wfile.write)
            return
        token = self.headers["Authorization"].removeprefix("Bearer ")
        status, answer = self.server.graph(told, token)
        self._head(status, "application/json")
        self.wfile.write(json.dumps(answer).encode())

    def do_GET(self) -> None:
        self._head(404, "application/json")

    def do_HEAD(self) -> None:
        self._head(404, "application/json")

    def _head(self, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
