"""The only door to eventlet: call `go_green` before anything else is imported in a nameko process."""

import os
import warnings


def go_green() -> None:
    """Patch the standard library, and let psycopg wait without freezing the hub.

    psycopg's C wait function blocks every greenthread; `wait_selector` does not (design/bus.md 4).
    It is read when psycopg is imported, hence the order.
    """
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"  # noqa: TID251 - for psycopg, not for us
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet  # noqa: PLC0415 - patching must come first

    eventlet.monkey_patch()
