"""Loopback servers that misbehave, and a way to count who knocks."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers by path; remembers the requests."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        self.server.site.requests.append(self.path)
        self.server.site.hosts.append(self.headers.get("Host"))
        self.server.site.seen.append(dict(self.headers))
        self.server.site.answers.get(self.path.partition("?")[0], missing)(self)

    def do_POST(self) -> None:
        self.do_GET()

    def send(self, body: bytes, *, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        headers.setdefault("Content_Type", "text/html; charset=utf-8")
        headers.setdefault("Content_Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what some tests are about."""


def missing(handler: Handler) -> None:
    handler.send(b"<h1>No such page</h1>", status=404)


def page(body: str | bytes, **headers: str) -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    return lambda handler: handler.send(raw, **headers)


def redirect(target: str, status: int = 302) -> Answer:
    return lambda handler: handler.send(b"", status=status, Location=target)


@dataclass
class Site:
    """A website on 127.0.0.1."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    hosts: list[str | None] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    server: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def site(
    answers: dict[str, Answer] | None = None, *, tls: Any = None, port: int = 0
) -> Iterator[Site]:
    made = Site(answers or {})
    server = Server(("127.0.0.1", port), Handler)
    made.server = server
    server.site = made  # type: ignore[attr-defined]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    made.port = server.server_port
    serving = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    serving.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Calls `talk` with each connection; the port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            Thread(target=_talk, args=(talk, connection), daemon=True).start()

    Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def _talk(talk: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection:
        try:
            talk(connection)
        except OSError:
            return
