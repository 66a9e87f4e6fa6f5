"""The only door to eventlet: call `go_green` before anything else is imported in a nameko process."""

import os
import warnings
from collections.abc import Callable
from typing import Any


def go_green() -> None:
    """Patch the standard library, and let psycopg wait without freezing the hub.

    psycopg's C wait function blocks every greenthread; `wait_selector` does not (design/bus.md 4).
    It is read when psycopg is imported, hence the order.
    """
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"  # noqa: TID251 - for psycopg, not for us
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet  # noqa: PLC0415 - patching must come first

    eventlet.monkey_patch()


class Offloaded:
    """Runs plain C work (no locks, no sockets) in real threads, at most `at_once` calls at a time.

    Never for gRPC or anything that takes Python locks: under the full patch those deadlock.
    """

    def __init__(self, at_once: int) -> None:
        from eventlet.semaphore import Semaphore  # noqa: PLC0415 - only in green processes

        self._places = Semaphore(at_once)

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        from eventlet import tpool  # noqa: PLC0415

        with self._places:
            return tpool.execute(function, *arguments)
