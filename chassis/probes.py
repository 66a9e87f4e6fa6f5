"""`/healthz`, `/readyz` and `/metrics` of a process, on a port of its own, in a thread of its own."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

log = structlog.get_logger(__name__)
Check = Callable[[], None]


def serve_probes(*, host: str, port: int, ready: Check) -> None:
    """Answer until the process ends. `ready` raises while the process cannot do its work; port 0: nothing."""
    if port == 0:
        return

    class Probe(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)
            elif self.path == "/healthz":
                self._answer(200, b"alive\n")
            elif self.path == "/readyz":
                self._answer(*_readiness(ready))
            else:
                self._answer(404, b"not found\n")

        def _answer(self, status: int, body: bytes, kind: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Probes are not worth a line."""

    server = ThreadingHTTPServer((host, port), Probe)
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="probes", daemon=True).start()


def _readiness(ready: Check) -> tuple[int, bytes]:
    try:
        ready()
    except Exception as error:  # noqa: BLE001 - a probe reports whatever is wrong
        log.info("not_ready", reason=repr(error)[:300])
        return 503, f"not ready: {type(error).__name__}\n".encode()
    return 200, b"ready\n"
