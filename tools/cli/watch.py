"""A run until it ends, result by result; the gateway may go away in between for a while."""

import time
from collections.abc import Callable
from typing import Any

import httpx

from tools.client import Client

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 2.0
PATIENCE_S = 60.0
Run = dict[str, Any]


def watch(
    client: Client, run_id: str, *, timeout_s: float, tell: Callable[[Run, int, int], None]
) -> Run:
    """The run as it was last; `tell` hears of each new result, in the order of their ends.

    After `timeout_s` it is cancelled. Raises httpx.HTTPError.
    """
    deadline, pause_s = time.monotonic() + timeout_s, FIRST_PAUSE_S
    told: set[int] = set()
    while True:
        run = patiently(lambda: client.test_run(run_id))
        new = [each for each in run["results"] if each["idx"] not in told]
        for result in sorted(new, key=lambda each: str(each["finished_at"])):
            told.add(result["idx"])
            tell(result, len(told), run["summary"]["total"])
        if run["status"] != "running":
            return run
        if time.monotonic() > deadline:
            client.cancel_test_run(run_id)
            return patiently(lambda: client.test_run(run_id))
        time.sleep(min(pause_s, max(deadline - time.monotonic(), 0)))
        pause_s = FIRST_PAUSE_S if new else min(pause_s * 1.5, LONGEST_PAUSE_S)


def patiently(
    ask: Callable[[], Run],
    *,
    patience_s: float = PATIENCE_S,
    sleep: Callable[[float], None] = time.sleep,
) -> Run:
    """The answer, asking again while the gateway or a part behind it is away. Raises httpx.HTTPError."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return ask()
        except httpx.HTTPError as error:
            if not _is_away(error) or time.monotonic() > deadline:
                raise
        sleep(1.0)


def _is_away(error: httpx.HTTPError) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in (429, 502, 503, 504)
    return isinstance(error, httpx.TransportError)
