"""The gateway's one process: `serve` answers HTTP."""

import sys


def serve() -> None:
    """asyncio: uvicorn on uvloop."""
    from services.gateway.entrypoints.http.server import run
    from services.gateway.settings import Settings

    run(Settings())


if __name__ == "__main__":
    {"serve": serve}[sys.argv[1]]()
