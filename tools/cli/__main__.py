"""`./parlance eval ...`: see `--help`."""

import os
import signal
import sys

import httpx

from tools.cli.arguments import parse
from tools.cli.evaluate import evaluate, why
from tools.cli.exits import INTERRUPTED, UNUSABLE, CannotRun
from tools.cli.session import credentials
from tools.client import Client


def main() -> int:
    """The exit status; obstacles are one line on standard error."""
    arguments = parse()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Client(arguments.url) as client:
            client.http.auth = credentials(os.environ, arguments.url)  # noqa: TID251 - its door
            return evaluate(client, arguments)
    except CannotRun as obstacle:
        return _refuse(str(obstacle))
    except httpx.InvalidURL as error:
        return _refuse(f"--url {arguments.url}: {error}")
    except httpx.HTTPError as error:
        return _refuse(why(error, arguments.url))
    except KeyboardInterrupt:
        return INTERRUPTED


def _refuse(message: str) -> int:
    print(f"parlance: {message}", file=sys.stderr)
    return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
