"""A process that calls auth by nameko's own client; orders and results are JSON lines.

{"calls": 100, "at_once": 16}  ->  {"latencies": [seconds, ...], "seconds": 0.4}
"""

import json
import sys
import time
from collections import deque
from typing import Any

from nameko.standalone.rpc import ClusterRpcProxy


def main() -> None:
    """Arguments: the broker's URL, the user's id. Ends with standard input."""
    url, user_id = sys.argv[1], int(sys.argv[2])
    with ClusterRpcProxy({"AMQP_URI": url}, timeout=30) as cluster:
        for line in sys.stdin:
            answer = _measure(cluster.auth.get_profile, user_id, **json.loads(line))
            print(json.dumps(answer), flush=True)


def _measure(method: Any, user_id: int, *, calls: int, at_once: int) -> dict[str, Any]:
    """The oldest call is waited for first; then the next one begins."""
    latencies: list[float] = []
    under_way: deque[tuple[float, Any]] = deque()
    began = time.perf_counter()
    for _ in range(calls):
        if len(under_way) == at_once:
            _settle(under_way, latencies)
        under_way.append((time.perf_counter(), method.call_async({"user_id": user_id})))
    while under_way:
        _settle(under_way, latencies)
    return {"latencies": latencies, "seconds": time.perf_counter() - began}


def _settle(under_way: deque[tuple[float, Any]], latencies: list[float]) -> None:
    began, reply = under_way.popleft()
    reply.result()
    latencies.append(time.perf_counter() - began)


if __name__ == "__main__":
    main()
