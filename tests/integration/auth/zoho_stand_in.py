"""Zoho's accounts server, as far as tokens go: its real answers, errors with status 200 included."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs

CLIENT_ID, CLIENT_SECRET = "1000.STANDIN", "stand-in-secret"
GOOD_CODE = "1000.good.code"


class ZohoStandIn(ThreadingHTTPServer):
    """Each good code is good once; a refresh token until `withdrawn`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.forms: list[dict[str, str]] = []
        self.used: set[str] = set()
        self.withdrawn: set[str] = set()
        self.hangs = Event()

    def answer(self, form: dict[str, str]) -> dict[str, object]:
        self.forms.append(form)
        if form.get("client_id") != CLIENT_ID:
            return {"error": "invalid_client"}
        if form.get("client_secret") != CLIENT_SECRET:
            return {"error": "invalid_client_secret"}
        number = len(self.forms)
        told: dict[str, object] = {
            "access_token": f"1000.access{number}",
            "scope": "AaaServer.profile.READ",
            "api_domain": "https://www.zohoapis.com",
            "token_type": "Bearer",
            "expires_in": 3600,
        }
        if form.get("grant_type") == "refresh_token":
            is_good = form.get("refresh_token") not in self.withdrawn
            return told if is_good else {"error": "invalid_code"}
        code = form.get("code", "")
        if not code.startswith(GOOD_CODE) or code in self.used:
            return {"error": "invalid_code"}
        self.used.add(code)
        return {**told, "refresh_token": f"1000.refresh{number}"}


class _Handler(BaseHTTPRequestHandler):
    server: ZohoStandIn

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = {
            name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()
        }
        while self.server.hangs.is_set():
            time.sleep(0.05)
        is_there = self.path == "/oauth/v2/token"
        body = json.dumps(self.server.answer(form) if is_there else {"error": "x"}).encode()
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The test says what went wrong."""


@contextmanager
def zoho_stand_in() -> Iterator[ZohoStandIn]:
    server = ZohoStandIn()
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
