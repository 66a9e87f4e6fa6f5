"""uvicorn around the application, from start to a clean end."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from chassis.logs import configure_logs
from chassis.probes import serve_probes
from services.gateway.entrypoints.http.app import make_app
from services.gateway.settings import Settings
from services.gateway.wiring import start

log = structlog.get_logger(__name__)
GRACE_S = 5


class Server(uvicorn.Server):
    """uvicorn's, but a signal only ends it: uvicorn itself raises it again, and nothing is closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests under way have GRACE_S to end."""
    configure_logs(process="gateway", level=settings.log_level)
    app = make_app(origins=settings.cors_origins)
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # uvicorn would believe anybody on this machine
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=60,
    )

    async def serve() -> None:
        app.state.application = await start(settings)
        serve_probes(
            host=settings.probe_host,
            port=settings.probe_port,
            ready=app.state.application.check_ready,
        )
        log.info("serving", host=settings.http_host, port=settings.http_port)
        try:
            await Server(config).serve()
        finally:
            await app.state.application.stop()
            log.info("stopped")

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serve())
